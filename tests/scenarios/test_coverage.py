"""Every billable day on one line or with a reason; whatever is not is named with its days and its value."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.operations import NewRenewalRule, set_renewal_rule
from billwright.invoicing import operations as invoicing
from billwright.invoicing.models import Invoice, InvoiceLine
from billwright.invoicing.rows import NewCorrection, NewInvoice, NewLine
from billwright.reporting.coverage import check_coverage
from billwright.subscriptions.models import BillingMark
from billwright.subscriptions.operations import pause, place_billing_hold, resume
from billwright.workflow import documents
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    make_world()
    make_plan(price="310.00")
    return make_account("ANA")


def found(as_of):
    return [
        (one.verdict.value, str(one.starts_on), str(one.ends_before), one.value.amount_minor)
        for one in check_coverage(as_of=date.fromisoformat(as_of)).days
    ]


def test_what_is_billed_through_is_whole(ana):
    subscribe(ana, starts_on="2026-01-18")
    bill("2026-01-18")
    bill("2026-02-01")
    assert found("2026-02-20") == []


def test_what_is_invoiced_ahead_is_covered_once_and_after_its_end_until_it_is_credited(ana):
    rule = NewRenewalRule(plan="basic", valid_from=day("2026-01-01"), ahead_days=14)
    set_renewal_rule(act=make_act(), rule=rule)
    subscription = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-18")
    assert (found("2026-01-19"), found("2026-02-10")) == ([], [])
    cancel(subscription, ends_before="2026-02-01", as_of="2026-01-20")
    assert found("2026-01-20") == [("after_the_end", "2026-02-01", "2026-03-01", 31000)]
    bill("2026-01-20")
    assert found("2026-02-10") == []


def test_what_no_run_has_billed_is_listed_with_its_value(ana):
    subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    assert found("2026-02-10") == [("unbilled", "2026-02-01", "2026-03-01", 28000)]


def test_what_is_held_has_a_reason(ana):
    subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    place_billing_hold(act=make_act(), account_id=ana.pk, reason="moving", valid_from=day("2026-02-01"))
    report = check_coverage(as_of=day("2026-02-10"))
    assert [one.verdict for one in report.reasons] == ["hold"]
    assert report.ok


def test_a_service_that_ended_is_whole_once_it_is_credited(ana):
    subscription = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    cancel(subscription, ends_before="2026-01-11", as_of="2026-01-11")
    assert found("2026-01-11") == [("after_the_end", "2026-01-11", "2026-02-01", 21000)]
    bill("2026-01-11")
    assert found("2026-01-11") == []


def test_a_mark_that_ran_ahead_leaves_a_gap(ana):
    subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    BillingMark.objects.update(billed_through=day("2026-03-01"))
    assert found("2026-02-10") == [("gap", "2026-02-01", "2026-03-01", 28000)]


def test_a_service_paused_for_a_while_is_whole_once_the_days_between_are_credited(ana):
    subscription = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    for verb, on in ((pause, "2026-01-06"), (resume, "2026-01-08"), (pause, "2026-01-11"), (resume, "2026-01-21")):
        verb(act=make_act(), subscription_id=subscription.id, as_of=day(on), effective_on=day(on))
    assert found("2026-01-25") == [
        ("after_the_end", "2026-01-06", "2026-01-08", 2000),
        ("after_the_end", "2026-01-11", "2026-01-21", 10000),
    ]
    bill("2026-01-25")
    assert InvoiceLine.objects.filter(kind="CORRECTION").values_list("days", "net_minor").get() == (12, -12000)
    assert found("2026-01-26") == []


@pytest.mark.unties
def test_days_on_two_lines_are_named_and_valued(ana):
    subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    write_again(InvoiceLine.objects.get(), service_from=day("2026-01-22"), amount_minor=0, net_minor=0)
    assert found("2026-01-25") == [("duplicate", "2026-01-22", "2026-02-01", 10000)]


def write_again(line, **other):
    """The same line on another document, as a fault of an import could write it."""
    draft = draft_by_hand(line.account_id)
    for name, value in {"invoice_id": draft.id, "line_no": 2, "claim_no": 2, **other}.items():
        setattr(line, name, value)
    line.save(force_insert=True)
    invoicing.issue_documents(act=make_act("2026-01-20T10:00:00"), invoice_ids=[draft.id])


def draft_by_hand(account_id, *, text="Work", product="", price="5.00", service="2026-01-20"):
    line = NewLine(
        text=text, unit_price=Decimal(price), product=product, service_from=day(service), service_to=day("2026-02-01")
    )
    return invoicing.draft_invoice(
        act=make_act("2026-01-20T10:00:00"),
        draft=NewInvoice(account_id=account_id, document_date=day("2026-01-20"), lines=(line,)),
    )


def test_an_invoice_by_hand_for_what_a_run_billed_is_a_suspect(ana):
    subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    draft = draft_by_hand(ana.pk, text="Hosting for January", product="hosting", price="310.00", service="2026-01-01")
    documents.issue_invoice(act=make_act("2026-01-20T10:00:00"), invoice_id=draft.id, version=draft.version)
    (same,) = check_coverage(as_of=day("2026-01-25")).same_lines
    assert (same.number, same.other_number, same.value.amount_minor) == ("INV-000002", "INV-000001", 31000)


def test_a_bill_that_replaces_a_credited_one_is_no_second(ana):
    subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    act = make_act("2026-01-20T10:00:00")
    billed = Invoice.objects.get(number="INV-000001")
    correction = NewCorrection(invoice_id=billed.pk, document_date=day("2026-01-20"), reason_code="BILLING_ERROR")
    credit = invoicing.draft_credit_note(act=act, correction=correction)
    documents.issue_credit_note(act=act, invoice_id=credit.id, version=credit.version)
    draft = draft_by_hand(ana.pk, text="Hosting for January", product="hosting", price="310.00", service="2026-01-01")
    documents.issue_invoice(act=act, invoice_id=draft.id, version=draft.version)
    assert check_coverage(as_of=day("2026-01-25")).same_lines == ()


def test_the_same_invoice_by_hand_twice_is_a_suspect_once(ana):
    drafts = [draft_by_hand(ana.pk) for _ in range(2)]
    for draft in drafts:
        documents.issue_invoice(act=make_act("2026-01-20T10:00:00"), invoice_id=draft.id, version=draft.version)
    assert [same.number for same in check_coverage(as_of=day("2026-01-25")).same_lines] == ["INV-000002"]


def test_entities_and_accounts_can_be_asked_alone(ana):
    subscribe(ana, starts_on="2026-01-01")
    assert check_coverage(as_of=day("2026-01-10"), account_ids=[ana.pk]).faults
    assert check_coverage(as_of=day("2026-01-10"), account_ids=[ana.pk + 1]).ok
    assert check_coverage(as_of=day("2026-01-10"), legal_entity_ids=[0]).ok
