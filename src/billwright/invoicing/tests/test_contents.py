from dataclasses import replace

import pytest

from billwright.invoicing.contents import Facts, content_gaps, list_content_gaps
from billwright.invoicing.tests.builders import make_company, make_issued, make_payer

NAMED = {"name": "Ana", "street": "1 Sample Street", "city": "Cape Town", "tax_number": "4000000000"}
COMPLETE = Facts(
    country="ZA",
    seller=NAMED,
    buyer=NAMED,
    number="INV-000001",
    total_minor=5_000_01,
    place_of_supply="Kerala (32)",
    is_domestic_currency=True,
    tax_categories=frozenset({"S"}),
    unclassified=(),
)


def rules(**changes):
    return [gap.rule for gap in content_gaps(replace(COMPLETE, **changes))]


@pytest.mark.parametrize("country", ["ZA", "IN", "BG", "US"])
def test_a_complete_document_has_no_gap(country):
    assert rules(country=country) == []


def test_the_abridged_invoice_of_south_africa_may_leave_the_recipient_out():
    assert rules(buyer={}, total_minor=5_000_00) == []
    assert rules(buyer={}) == ["ZA VAT Act s20(4)(c)"]
    assert rules(buyer={}, total_minor=1, is_domestic_currency=False) == ["ZA VAT Act s20(4)(c)"]


def test_the_sellers_number_is_wanted_where_tax_is_shown():
    seller = {**NAMED, "tax_number": ""}
    assert rules(seller=seller) == ["ZA VAT Act s20(4)"]
    assert rules(seller=seller, tax_categories=frozenset()) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"number": "INVOICE-2026-0000001"}, "46(b)"),
        ({"buyer": {"tax_number": "32AAAAA0000A1Z5"}}, "46(d)"),
        ({"unclassified": ("Hosting",)}, "46(g)"),
        ({"place_of_supply": ""}, "46(n)"),
    ],
)
def test_what_india_wants(change, rule):
    (found,) = rules(country="IN", **change)
    assert rule in found


def test_the_european_union_wants_the_customers_number_where_the_customer_owes_the_tax():
    buyer = {**NAMED, "tax_number": ""}
    assert rules(country="BG", buyer=buyer) == []
    assert rules(country="BG", buyer=buyer, tax_categories=frozenset({"AE"})) == ["Directive 2006/112/EC art. 226(4)"]


@pytest.mark.django_db
def test_the_gaps_of_a_stored_document():
    invoice = make_issued(make_payer(make_company()))
    assert [gap.says for gap in list_content_gaps(invoice.id)] == [
        "The seller's name and address.",
        "The seller's tax number.",
    ]
