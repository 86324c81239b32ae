"""Two invoices of an account: the difference, its causes, and the answer to the customer."""

from decimal import Decimal

import pytest

from billwright.invoicing.models import Invoice
from billwright.kernel.errors import NotFound
from billwright.subscriptions.operations import change_quantity
from billwright.workflow.bill_compare import compare_documents
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    make_account,
    make_act,
    make_charge,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoices():
    make_world()
    make_plan("seats", price="31.00", model="PER_UNIT")
    ana = make_account("ANA")
    subscription = subscribe(ana, plan="seats", starts_on="2026-01-18", quantity="2")
    bill("2026-01-18")
    change_quantity(
        act=make_act(),
        subscription_id=subscription.id,
        quantity=Decimal(3),
        effective_on=day("2026-02-01"),
        as_of=day("2026-01-31"),
    )
    make_charge(ana, amount=5000)
    bill("2026-02-01")
    return list(Invoice.objects.order_by("id").values_list("id", flat=True))


def test_against_the_last_of_the_account(invoices):
    found = compare_documents(invoices[1])
    assert (found.other_id, str(found.difference)) == (invoices[0], "132.25 ZAR")
    assert {one.cause: one.amount.amount_minor for one in found.causes} == {
        "quantity": 1400,
        "proration": 5100,
        "one_off": 5000,
        "tax": 1725,
    }


def test_the_answer_is_ready_to_be_sent(invoices):
    answer = compare_documents(invoices[1]).answer.replace("\xa0", " ")
    assert answer.splitlines() == [
        "Invoice INV-000002 is ZAR 132.25 more than INV-000001.",
        "Seats fee: 1 instead of 14/31 of a period (+ZAR 51.00).",
        "Set-up: a single charge or credit (+ZAR 50.00).",
        "Seats fee: 3 instead of 2 units (+ZAR 14.00).",
        "Tax: +ZAR 17.25.",
    ]


def test_any_two_and_the_other_way_round(invoices):
    found = compare_documents(invoices[0], other_id=invoices[1], language="de")
    assert str(found.difference) == "-132.25 ZAR"
    assert "niedriger" in found.answer


def test_the_first_invoice_has_nothing_before_it(invoices):
    with pytest.raises(NotFound, match="no invoice before"):
        compare_documents(invoices[0])
