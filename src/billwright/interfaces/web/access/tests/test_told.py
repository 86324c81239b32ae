from decimal import Decimal

import pytest
from django.urls import reverse

from billwright.access.states import Role
from billwright.access.tests.builders import PASSWORD, make_user
from billwright.interfaces.web.access.told import told
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.receivables.tests.builders import make_ana, make_item
from billwright.workflow.approvals import request_approval

pytestmark = pytest.mark.django_db

PART = {"amount": {"amount_minor": 1250, "currency": "ZAR"}, "payment_id": None}


def texts(rows):
    return {label: [[(word.label, word.value) for word in line] for line in lines] for label, lines in rows}


def test_items_are_told_by_document_and_account_with_their_pages(django_assert_max_num_queries):
    ana = make_ana()
    items = [make_item(ana, amount) for amount in ("115.00", "20.00", "30.00")]
    parts = [{"open_item_id": item.pk, **PART} for item in items] + [{"open_item_id": 0, **PART}]
    arguments = {"parts": parts, "kind": "BAD_DEBT", "on": "2026-03-01"}
    with django_assert_max_num_queries(2):
        rows = told("open_item.write_off", arguments, amount=None)
    said = texts(rows)
    assert [line[0][1] for line in said["Parts"]] == [
        *(f"{item.invoice.number} · {ana.number} · {ana.shown_name}" for item in items),
        "No. 0",
    ]
    assert {line[1] for line in said["Parts"]} == {("Amount", Money(1250, "ZAR"))}
    assert rows[0][1][0][0].url == reverse("web:invoice", args=[items[0].invoice_id])
    assert (said["Kind"], str(said["On"][0][0][1])) == ([[("", "Bad debt")]], "2026-03-01")


@pytest.mark.parametrize(
    ("verb", "arguments", "said"),
    [
        ("role.grant", {"user_id": 10**9, "role": "COLLECTOR"}, {"User": "user:1000000000", "Role": "Collector"}),
        ("approval.decide", {"approval_id": 7, "approve": True, "note": ""}, {"Approval": "No. 7", "Approve": "Yes"}),
        # An act that is no more, or takes other arguments by now: as it was asked for.
        ("no.act", {"iban": "DE89370400440532013000", "by": "BY_FILE"}, {"Iban": "DE89 •••• 3000", "By": "By file"}),
        ("role.grant", {"person": "carla"}, {"Person": "carla"}),
    ],
)  # fmt: skip
def test_what_has_no_name_is_told_as_words(verb, arguments, said):
    rows = texts(told(verb, arguments, amount=None))
    assert {label: str(lines[0][0][1]) for label, lines in rows.items()} == said


def test_the_act_s_own_amount_stands_apart_and_a_bank_account_is_masked():
    amount = Money.of(Decimal("12.50"), "ZAR")
    arguments = {
        "amount": {"amount_minor": 1250, "currency": "ZAR"},
        "route": "TO_ACCOUNT",
        "cash_id": 3,
        "destination": {"holder": "Ana", "account_number": "62001234567", "bank_code": ""},
    }
    rows = texts(told("refund_order.request", arguments, amount=amount))
    assert "Amount" not in rows
    assert rows["Destination"] == [[("Holder", "Ana"), ("Account number", "•••• 4567")]]


def test_who_decides_reads_what_is_given_up_and_for_whom(client):
    ana = make_ana()
    item = make_item(ana, "115.00")
    boris = make_user("boris", Role.COLLECTOR)
    request = request_approval(
        act=Act(actor=boris.actor, at=make_act().at, reason="Struck off the register"),
        verb="open_item.write_off",
        arguments={"parts": [{"open_item_id": item.pk, "amount": None}], "kind": "BAD_DEBT", "on": "2026-03-01"},
    )
    make_user("felix", Role.FINANCE_MANAGER, password=PASSWORD)
    client.post(reverse("web:log-in"), {"username": "felix", "password": PASSWORD})
    page = client.get(reverse("web:approval", args=[request.id])).content.decode()
    assert f"{item.invoice.number} · {ana.number}" in page
    assert ("Bad debt" in page, "open_item_id" in page) == (True, False)
