"""Reminders before due: which leaves on which day, each once, and what stops them."""

import re
from datetime import date, timedelta

import pytest

from billwright.accounts.models import BillingAccount
from billwright.accounts.queries import get_account
from billwright.catalog.operations import NewRenewalRule, set_renewal_rule
from billwright.comms.queries import list_messages
from billwright.invoicing.models import Invoice
from billwright.invoicing.queries import get_invoice
from billwright.invoicing.tests.builders import make_payer
from billwright.kernel.tests.builders import make_act
from billwright.org.operations import set_convention
from billwright.org.queries import get_legal_entity, list_legal_entities
from billwright.payments.models import PaymentLink
from billwright.payments.ports import pages
from billwright.receivables.models import OpenItem
from billwright.receivables.operations import place_hold
from billwright.receivables.states import HoldReason
from billwright.workflow.bill_run.tests.builders import bill, cancel, day, make_plan, make_world, subscribe
from billwright.workflow.documents import queue_documents, reminder_stage, reminders_of, send_reminders

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("as_of", "stage"),
    [
        ("2026-05-30", None), ("2026-05-31", 30), ("2026-06-10", 30), ("2026-06-23", 7), ("2026-06-29", 1),
        ("2026-06-30", None),
    ],
)  # fmt: skip
def test_the_last_reminder_that_is_reached_leaves(as_of, stage):
    assert reminder_stage((1, 7, 30), due_on=DUE, as_of=date.fromisoformat(as_of), dated=date(2026, 1, 1)) == stage


def test_a_reminder_of_the_day_of_the_invoice_or_before_is_passed_over():
    assert reminder_stage((30,), due_on=DUE, as_of=date(2026, 6, 2), dated=DUE - timedelta(days=30)) is None


@pytest.fixture
def renewed():
    """A name for 1200.00 a year that renews on 10 March 2027, invoiced 40 days ahead, due on the renewal."""
    payer = make_payer(get_legal_entity(legal_entity_id=make_world().pk), cycle_day=10)
    make_plan("domain", "1200.00", every=12)
    rule = NewRenewalRule(
        plan="domain", valid_from=day("2026-01-01"), ahead_days=40, due_on_renewal=True, reminder_days=(30, 7, 1)
    )
    set_renewal_rule(act=make_act(), rule=rule)
    subscription = subscribe(BillingAccount.objects.get(id=payer.id), plan="domain", starts_on="2026-03-10")
    bill("2026-03-10")
    bill("2027-01-29")
    return subscription, Invoice.objects.latest("id")


def planned(invoice, as_of):
    return reminders_of(get_invoice(invoice.pk), account=get_account(invoice.account_id), as_of=as_of)


def sent(*days):
    [entity] = list_legal_entities()
    return [send_reminders(act=make_act(), legal_entity_id=entity.id, as_of=day(one)) for one in days]


def test_each_reminder_of_a_renewal_leaves_once(renewed):
    _, invoice = renewed
    assert [(str(one.leaves_on), one.state) for one in planned(invoice, day("2027-01-29"))] == [
        ("2027-02-08", "PLANNED"),
        ("2027-03-03", "PLANNED"),
        ("2027-03-09", "PLANNED"),
    ]
    assert sent("2027-02-07", "2027-02-08", "2027-02-08", "2027-02-20", "2027-03-04", "2027-03-09") == [
        0, 1, 0, 0, 1, 1,
    ]  # fmt: skip
    assert {one.about for one in list_messages(purpose="reminder.before_due")} == {f"invoice:{invoice.pk}"}
    assert [one.state for one in planned(invoice, day("2027-03-10"))] == ["QUEUED"] * 3


def test_what_is_held_is_left_in_peace(renewed):
    _, invoice = renewed
    place_hold(
        act=make_act(reason="asked"),
        open_item_id=OpenItem.objects.get(invoice=invoice).pk,
        reason=HoldReason.DISPUTE,
        valid_from=day("2027-02-01"),
    )
    assert sent("2027-02-08") == [0]


def test_what_was_canceled_before_it_renews_is_left_in_peace(renewed):
    subscription, invoice = renewed
    cancel(subscription, ends_before="2027-03-10", as_of="2027-02-05")
    assert sent("2027-02-08") == [0]
    assert planned(invoice, day("2027-02-08")) == []


def test_reminders_and_invoices_carry_links_of_their_own(renewed, monkeypatch):
    _, invoice = renewed
    monkeypatch.setattr(pages._Wiring, "address_of", lambda token: f"https://billing.example/pay/{token}/")
    assert sent("2027-02-08") == [1]
    set_convention(
        act=make_act(), legal_entity_id=invoice.legal_entity_id, option="payment_links", value="with_mails",
        valid_from=day("2026-01-01"),
    )  # fmt: skip
    queue_documents(act=make_act(), invoice_ids=[invoice.pk])
    assert sent("2027-02-08", "2027-03-04", "2027-03-09") == [0, 1, 1]
    # The one that had left before the choice has none, and none was made for it.
    found = [re.findall(r"https://billing\.example/pay/\S+/", one.body) for one in list_messages()]
    assert sorted(len(one) for one in found) == [0, 1, 1, 1]
    assert len({address for one in found for address in one}) == 3
    assert [link.invoice_ids for link in PaymentLink.objects.all()] == [[invoice.pk]] * 3
    assert {link.account_id for link in PaymentLink.objects.all()} == {invoice.account_id}
