"""Debits by SEPA from the mandate to the return weeks later, and what never happens in between."""

from datetime import date

import pytest

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.errors import Refusal
from billwright.kernel.models import AuditEvent
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance, make_books
from billwright.org.models import OwnBankAccount
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.models import Payment
from billwright.payments.queries.collections import get_run, list_collections, list_failed, list_findings
from billwright.payments.queries.mandates import get_mandate
from billwright.payments.states import BankDetailsKind, CollectionRunState, CollectionState, FailurePlan, MandateState
from billwright.receivables.models import OpenItem
from billwright.receivables.queries import chaseable
from billwright.receivables.tests.builders import make_item, reload
from billwright.workflow.collecting import (
    discard_run,
    prepare_run,
    read_run_file,
    record_failure,
    settle_run,
    submit_run,
    take_results,
)
from billwright.workflow.collecting.tests.builders import (
    ACTION_DAY,
    BORIS_IBAN,
    agree,
    make_company,
    make_mandate,
    make_payer,
    prepared,
    status_report,
    submitted,
)

pytestmark = pytest.mark.django_db


def settled(run, *, on=ACTION_DAY):
    return settle_run(act=make_act(at=f"{on.isoformat()}T12:00:00"), collection_run_id=run.id, on=on)


def balance(entity, role, on=date(2026, 12, 31)):
    return control_balance(legal_entity_id=entity.id, role=role, as_of=on).get("EUR", 0)


def only(run):
    [debit] = list_collections(run_id=run.id)
    return debit


def test_a_debit_is_paid_on_its_day_and_asked_for_once():
    entity, _bank = make_company()
    ana = make_payer(entity)
    make_mandate(ana)
    item = make_item(ana, "115.00", due="2026-02-01")
    run = submitted(entity)
    assert submit_run(act=make_act(at="2026-03-05T10:00:00"), collection_run_id=run.id) == get_run(run.id), (
        "twice is nothing"
    )
    moves = AuditEvent.objects.filter(verb__in=["collection_run.check", "collection_run.approve"]).order_by("pk")
    assert [(move.before["state"], move.after["state"]) for move in moves] == [
        ("DRAFT", "CHECKED"),
        ("CHECKED", "APPROVED"),
    ]
    [row] = chaseable(as_of=date(2026, 3, 6), account_ids=[ana.id])
    assert row.chaseable.amount_minor == 0, "not chased while it is on its way"
    with pytest.raises(Refusal) as refused:
        prepared(entity, day=date(2026, 3, 10))
    assert refused.value.code == "collection_run.nothing_due"
    name, content = read_run_file(run.id)
    assert (name, b"<SeqTp>FRST</SeqTp>" in content) == (f"BW-20260309-{run.id}.xml", True)
    settled(run)
    settled(run)
    assert (reload(item).open_minor, get_run(run.id).state) == (0, CollectionRunState.CLOSED)
    assert Payment.objects.filter(source="collection").count() == 1
    assert balance(entity, LedgerRole.BANK_CLEARING) == 11500


def test_a_return_weeks_later_opens_the_invoice_and_the_retry_waits_for_pay_day():
    entity, _bank = make_company()
    ana = make_payer(entity)
    make_mandate(ana, pay_day=25)
    item = make_item(ana, "115.00", due="2026-02-01")
    run = settled(submitted(entity))
    report = status_report((only(run).end_to_end, "RJCT", "AM04", "115.00"))
    taken = take_results(act=make_act(at="2026-03-31T08:00:00"), name="back.xml", content=report)
    again = take_results(act=make_act(at="2026-03-31T09:00:00"), name="back.xml", content=report)
    assert (taken.returned_count, again.returned_count, again.repeated_count) == (1, 0, 1)
    assert (reload(item).open_minor, balance(entity, LedgerRole.BANK_CLEARING)) == (11500, 0)
    [failed] = list_failed()
    assert (failed.state, failed.kind, failed.plan) == (CollectionState.RETURNED, "retry_later", FailurePlan.RETRY)
    # The 25th of April 2026 is a Saturday: the next day on which SEPA settles.
    assert failed.retry_on == date(2026, 4, 27)


def test_the_retry_is_the_same_debit_and_its_limit_is_never_exceeded():
    entity, _bank = make_company()
    ana = make_payer(entity)
    make_mandate(ana)
    make_item(ana, "115.00", due="2026-02-01")
    run = submitted(entity)
    for attempt, at in ((1, "2026-03-09"), (2, "2026-03-23"), (3, "2026-04-13")):
        debit = only(run)
        assert (debit.attempt_no, debit.amount.amount_minor) == (attempt, 11500)
        failed = record_failure(
            act=make_act(at=f"{at}T18:00:00"), collection_id=debit.id, code="AM04", on=date.fromisoformat(at)
        )
        if attempt < 3:
            assert failed.plan == FailurePlan.RETRY
            day = date(2026, 3, 23) if attempt == 1 else date(2026, 4, 13)
            run = submitted(entity, day=day, at=f"{at}T19:00:00")
    assert (failed.plan, failed.retry_on) == (FailurePlan.CONTACT, None)
    with pytest.raises(Refusal) as refused:
        prepared(entity, day=date(2026, 4, 27), at="2026-04-14T09:00:00")
    assert "An earlier debit failed and nobody has decided (1)" in str(refused.value.cure)


def test_what_failed_for_good_falls_back_to_the_next_account_and_ends_the_mandate():
    entity, _bank = make_company()
    ana = make_payer(entity)
    first = make_mandate(ana)
    second = make_mandate(ana, BORIS_IBAN, reference="M-2")
    make_item(ana, "115.00", due="2026-02-01")
    debit = only(submitted(entity))
    assert debit.mandate_id == first.id
    failed = record_failure(act=make_act(at="2026-03-09T18:00:00"), collection_id=debit.id, code="AC04", on=ACTION_DAY)
    assert (failed.kind, failed.plan) == ("needs_customer", FailurePlan.FALLBACK)
    following = only(submitted(entity, day=date(2026, 3, 16), at="2026-03-10T09:00:00"))
    assert (following.mandate_id, following.takes_up_id, following.attempt_no) == (second.id, debit.id, 1)
    disputed = record_failure(
        act=make_act(at="2026-03-17T09:00:00"), collection_id=following.id, code="MD01", on=date(2026, 3, 16)
    )
    assert (disputed.plan, get_mandate(second.id).state) == (FailurePlan.ANSWER, MandateState.REVOKED)


def test_debits_of_companies_stand_in_a_batch_of_their_own_at_the_american_clearing_house():
    entity = make_books("ACH", currency="USD", country="US")
    bank = OwnBankAccount.objects.create(
        legal_entity_id=entity.id, label="Current", holder="Harbour Water", branch_code="011000015",
        account_number="4051234567", currency_id="USD",
    )  # fmt: skip
    agree(entity, bank, scheme="nacha", creditor_id="123456789", lead_days="1")
    for kind, reference in (("PERSON", "A-1"), ("ORGANIZATION", "A-2")):
        payer = make_account(entity, make_customer(f"Payer {reference}", kind=kind), currency="USD")
        details = BankDetails(
            kind=BankDetailsKind.US, branch="021000021", number=f"12345{reference[-1]}", account_type="checking"
        )
        make_mandate(payer, details=details, reference=reference, scheme="nacha")
        make_item(payer, "115.00", due="2026-02-01")
    _name, content = read_run_file(submitted(entity, scheme="nacha").id)
    lines = content.decode().splitlines()
    assert [(line[50:53] if line[0] == "5" else line[12:18]) for line in lines if line[0] in "56"] == [
        "PPD", "123451", "CCD", "123452",
    ]  # fmt: skip


def test_what_a_run_leaves_out_is_listed_and_a_discarded_run_frees_everything():
    entity, _bank = make_company()
    ana = make_payer(entity)
    make_item(ana, "100.00", due="2026-02-01")
    make_mandate(ana, frequency="MONTHLY")
    make_item(ana, "50.00", due="2026-03-01", dated="2026-03-07")
    run = prepared(entity)
    assert [(one.kind, one.amount.amount_minor) for one in list_findings(run.id)] == [("NOTICE_TOO_SHORT", 5000)]
    assert prepared(entity).id == run.id, "the same day is the same run"
    discard_run(act=make_act(at="2026-03-05T12:00:00"), collection_run_id=run.id)
    assert prepared(entity, at="2026-03-05T13:00:00").id != run.id


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 3, 8), "collection_run.action_day"), (date(2026, 3, 5), "collection_run.too_late")],
)
def test_days_that_no_bank_takes_are_refused_with_the_earliest(day, code):
    entity, _bank = make_company()
    with pytest.raises(Refusal) as refused:
        prepare_run(act=make_act(at="2026-03-05T09:00:00"), legal_entity_id=entity.id, scheme="sepa", action_day=day)
    assert (refused.value.code, "2026-03-0" in str(refused.value.cure)) == (code, True)


def test_answers_for_what_is_not_ours_post_nothing():
    entity, _bank = make_company()
    ana = make_payer(entity)
    make_mandate(ana)
    make_item(ana, "115.00", due="2026-02-01")
    run = settled(submitted(entity))
    report = status_report((only(run).end_to_end, "RJCT", "AM04", "999.00"), ("NOBODYS", "RJCT", "AM04", "5.00"))
    taken = take_results(act=make_act(at="2026-03-12T08:00:00"), name="odd.xml", content=report)
    assert (taken.returned_count, len(taken.aside)) == (0, 2)
    assert OpenItem.objects.filter(open_minor__gt=0).count() == 0


@pytest.mark.parametrize(("sequence", "returned", "aside"), [("FRST", 1, 0), ("RCUR", 0, 1)])
def test_a_block_rejected_whole_takes_back_what_was_presumed_of_its_debits_alone(sequence, returned, aside):
    entity, _bank = make_company()
    ana = make_payer(entity)
    make_mandate(ana)
    item = make_item(ana, "115.00", due="2026-02-01")
    run = settled(submitted(entity))
    report = status_report(message_id=run.message_id).replace(
        b"<OrgnlPmtInfAndSts>",
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{run.message_id}-{sequence}</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
        "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>".encode(),
    )
    taken = take_results(act=make_act(at="2026-03-10T08:00:00"), name="block.xml", content=report)
    again = take_results(act=make_act(at="2026-03-10T09:00:00"), name="block.xml", content=report)
    assert (taken.returned_count, len(taken.aside), again.repeated_count) == (returned, aside, returned)
    assert (reload(item).open_minor, balance(entity, LedgerRole.BANK_CLEARING)) == (
        (11500, 0) if returned else (0, 11500)
    )
