"""What an explanation says: the steps, in the customer's language, with what stands behind them."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.invoicing.models import Invoice
from billwright.kernel.errors import NotFound
from billwright.rating.formulas import FORMULAS
from billwright.render.formats import LANGUAGES, NO_BREAK_SPACE
from billwright.workflow.bill_run.tests.builders import bill, cancel, make_account, make_plan, make_world, subscribe
from billwright.workflow.explanations import explain_document
from billwright.workflow.explanations.wording import TEMPLATES

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    make_world()
    make_plan(price="310.00")
    account = make_account("ANA")
    subscription = subscribe(account, starts_on="2026-01-18")
    bill("2026-01-18")
    cancel(subscription, ends_before="2026-01-25", as_of="2026-01-25")
    bill("2026-01-25")
    return account


def explained(number, **asked):
    return explain_document(Invoice.objects.order_by("id")[number - 1].pk, **asked)


def test_a_prorated_fee_is_told_step_by_step(ana):
    (line,) = explained(1).lines
    assert tuple(sentence.replace(NO_BREAK_SPACE, " ") for sentence in line.sentences) == (
        "Service 18 – 31 Jan 2026.",
        "A full period costs 310.00 ZAR.",
        "14 of 31 days of the period: ZAR 140.00.",
        "The price holds since 01 Jan 2020 (version 1).",
        "Tax VAT-15, 15 %: ZAR 21.00 on ZAR 140.00.",
    )


def test_a_credit_names_what_it_credits(ana):
    (line,) = explained(2).lines
    assert line.sentences[1] == "A credit on line 1 of INV-000001 for 7 days that are not owed."
    assert (line.credits_line_no, line.net.amount_minor) == (1, -7000)


def test_the_sources_are_named(ana):
    found = explained(1)
    (line,) = found.lines
    assert (line.price.version, line.price.valid_from) == (1, date(2020, 1, 1))
    assert (line.days, line.base_days, line.formula_code) == (14, 31, "flat")
    assert {(posting.name, posting.amount.amount_minor) for posting in line.postings} == {
        ("Revenue: hosting", -14000),
        ("Output tax: VAT", -2100),
    }
    assert found.ok
    assert len(found.digest) == 64


@pytest.mark.parametrize(
    ("language", "words"),
    [("af", "14 van 31 dae"), ("bg", "14 от 31 дни"), ("de", "14 von 31 Tagen"), ("hi", "31 में से 14 दिन")],
)
def test_it_is_said_in_the_customers_language(ana, language, words):
    (line,) = explained(1, language=language).lines
    assert words in line.sentences[2]


def test_the_documents_language_is_the_default(ana):
    assert explained(1).language == Invoice.objects.earliest("id").language in LANGUAGES


def test_one_line_alone(ana):
    assert [line.line_no for line in explained(1, line_no=1).lines] == [1]
    with pytest.raises(NotFound, match="has no line 7"):
        explained(1, line_no=7)


def test_every_formula_has_its_sentence():
    assert TEMPLATES.keys() == FORMULAS.keys()


def test_prices_are_exact_decimals(ana):
    assert explained(1).lines[0].unit_price == Decimal("310")
