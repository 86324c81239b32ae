"""From creation to issue: states, decisions, what changed since, and starting again."""

from threading import Event, current_thread
from threading import enumerate as enumerate_threads

import pytest
from django.db import transaction
from django.db.models import F

from billwright.invoicing.models import BillRunShard, Invoice
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries import bill_run as queries
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.models import AuditEvent
from billwright.kernel.states import IllegalTransition
from billwright.subscriptions.models import BillingMark
from billwright.workflow.bill_run import (
    issue_bill_run,
    issue_shards,
    pipeline,
    prepare_bill_run,
    prepare_shards,
    preview_accounts,
    run_bill_run,
)
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    bill,
    day,
    documents,
    findings,
    lines,
    make_account,
    make_act,
    make_charge,
    make_plan,
    make_world,
    prepare,
    subscribe,
)


@pytest.fixture
def cast(db):
    return make_cast()


def make_cast():
    make_world()
    make_plan()
    accounts = [make_account(name) for name in ("ANA", "BORIS", "CLARA")]
    for account in accounts:
        subscribe(account)
    return accounts


def test_preparing_writes_nothing_but_its_own_papers(cast):
    marks = list(BillingMark.objects.order_by("item_id").values_list("billed_through", "claim_no"))
    page = prepare("2026-01-01").page
    assert (page.run.state, page.outcomes) == ("PREPARED", {"PREPARED": 3})
    assert [(total.document_count, total.total_minor) for total in page.totals] == [(3, 34500)]
    assert documents() == []
    assert list(BillingMark.objects.order_by("item_id").values_list("billed_through", "claim_no")) == marks


def test_the_issued_totals_are_the_prepared_ones(cast):
    report = prepare("2026-01-01", keep_lines=True)
    page = approve_and_issue(report.page.run.id).page
    assert {total.stage: total.total_minor for total in page.totals} == {"PREPARED": 34500, "ISSUED": 34500}
    assert (page.run.state, page.progress.issued_count, page.progress.document_count) == ("ISSUED", 1, 3)


def test_draft_lines_are_kept_when_asked(cast):
    run_id = prepare("2026-01-01", keep_lines=True).page.run.id
    (line,) = queries.list_draft_lines(run_id, cast[0].pk)
    assert (line.net_minor, line.tax_minor, line.text) == (10000, 1500, "Basic fee")
    assert queries.list_draft_lines(prepare("2026-01-01").page.run.id, cast[0].pk) == []


def test_a_held_payer_waits_for_the_next_run(cast):
    run_id = prepare("2026-01-01").page.run.id
    operations.hold_payer(act=make_act(), run_id=run_id, payer_id=cast[1].pk, reason="asks for another address")
    prepare_bill_run(act=make_act(), run_id=run_id)
    page = approve_and_issue(run_id).page
    assert page.outcomes == {"HELD": 1, "ISSUED": 2}
    bill("2026-01-01")
    assert [row[0] for row in documents()] == ["ANA", "CLARA", "BORIS"]


def test_a_payer_is_released_again(cast):
    run_id = prepare("2026-01-01").page.run.id
    operations.hold_payer(act=make_act(), run_id=run_id, payer_id=cast[1].pk, reason="wait")
    operations.release_payer(act=make_act(), run_id=run_id, payer_id=cast[1].pk)
    assert approve_and_issue(run_id).page.outcomes == {"ISSUED": 3}


def test_holding_needs_a_reason_and_a_payer_of_the_run(cast):
    run_id = prepare("2026-01-01").page.run.id
    with pytest.raises(Refusal, match="Say why"):
        operations.hold_payer(act=make_act(), run_id=run_id, payer_id=cast[1].pk, reason="")
    with pytest.raises(NotFound, match="no such account"):
        operations.hold_payer(act=make_act(), run_id=run_id, payer_id=999, reason="who")


def test_who_changed_since_the_approval_is_a_finding_and_no_invoice(cast):
    report = prepare("2026-01-01")
    make_charge(cast[0], amount=100)
    issued = approve_and_issue(report.page.run.id)
    assert issued.page.outcomes == {"CHANGED": 1, "ISSUED": 2}
    assert ("BLOCK", "changed_since_approval") in findings(issued)
    assert [row[0] for row in documents()] == ["BORIS", "CLARA"]


def test_who_came_after_the_approval_is_not_issued(cast):
    run_id = prepare("2026-01-01").page.run.id
    subscribe(make_account("DORA"))
    approve_and_issue(run_id)
    assert [row[0] for row in documents()] == ["ANA", "BORIS", "CLARA"]


def test_who_owed_nothing_at_the_approval_is_not_issued_either(cast):
    dora = make_account("DORA")
    report = prepare("2026-01-01")
    subscribe(dora)
    issued = approve_and_issue(report.page.run.id)
    assert issued.page.outcomes == {"CHANGED": 1, "ISSUED": 3}
    assert [row[0] for row in documents()] == ["ANA", "BORIS", "CLARA"]


def test_a_mark_that_moved_since_it_was_read_sends_the_shard_back(cast, monkeypatch):
    run_id = prepare("2026-01-01").page.run.id
    reckon, calls = pipeline.reckon, []

    def reckon_and_be_overtaken(scope, log):
        reckon(scope, log)
        calls.append(scope)
        if len(calls) == 1:
            BillingMark.objects.update(claim_no=F("claim_no") + 1)

    monkeypatch.setattr(pipeline, "reckon", reckon_and_be_overtaken)
    approve_and_issue(run_id)
    assert (len(calls), len(documents())) == (2, 3)


def test_a_shard_that_is_overtaken_again_and_again_gives_up(cast, monkeypatch):
    run_id = prepare("2026-01-01").page.run.id
    reckon = pipeline.reckon

    def always_overtaken(scope, log):
        reckon(scope, log)
        BillingMark.objects.update(claim_no=F("claim_no") + 1)

    monkeypatch.setattr(pipeline, "reckon", always_overtaken)
    with pytest.raises(pipeline.MarksMoved):
        approve_and_issue(run_id)
    assert documents() == []


def test_what_another_run_billed_meanwhile_is_not_billed_again(cast):
    run_id = prepare("2026-01-01").page.run.id
    bill("2026-01-01")
    assert approve_and_issue(run_id).page.outcomes == {"CHANGED": 3}
    assert len(documents()) == 3


def test_the_states_are_entered_in_their_order(cast):
    run = operations.create_bill_run(act=make_act(), as_of=day("2026-01-01"))
    for verb in (operations.check_bill_run, operations.approve_bill_run, operations.start_issue):
        with pytest.raises(IllegalTransition):
            verb(act=make_act(), run_id=run.id)
    operations.start_preparation(act=make_act(), run_id=run.id)
    with pytest.raises(Conflict, match="not prepared to its end"):
        operations.check_bill_run(act=make_act(), run_id=run.id)
    operations.discard_bill_run(act=make_act(), run_id=run.id)
    with pytest.raises(IllegalTransition):
        prepare_bill_run(act=make_act(), run_id=run.id)


def test_an_unknown_run_or_entity_is_refused(cast):
    with pytest.raises(NotFound):
        queries.get_bill_run(99)
    with pytest.raises(NotFound):
        operations.check_bill_run(act=make_act(), run_id=99)
    with pytest.raises(Refusal, match="legal entity"):
        operations.create_bill_run(act=make_act(), as_of=day("2026-01-01"), legal_entity_id=99)
    with pytest.raises(Refusal, match="at least one"):
        operations.create_bill_run(act=make_act(), as_of=day("2026-01-01"), payer_ids=())


def test_every_verb_of_the_journey_is_in_the_trail(cast):
    bill("2026-01-01")
    verbs = AuditEvent.objects.filter(subject__startswith="bill_run:").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == [f"bill_run.{verb}" for verb in ("create", "prepare", "check", "approve", "issue")]


def test_only_the_named_payers_are_billed(cast):
    bill("2026-01-01", payer_ids=(cast[2].pk,))
    assert [row[0] for row in documents()] == ["CLARA"]


def test_only_the_named_entity_is_billed(cast):
    other = make_world("UMI", currency="JPY")
    make_plan("umi", currency="JPY", price="900")
    subscribe(make_account("KENJI", entity=other, currency="JPY"), plan="umi")
    run_bill_run(act=make_act(), as_of=day("2026-01-01"), legal_entity_id=other.pk)
    assert documents() == [("KENJI", "INVOICE", 900, 135, 1035)]


def test_a_run_goes_on_with_its_open_shards(cast, monkeypatch):
    monkeypatch.setattr(operations, "PAYERS_PER_SHARD", 1)
    act = make_act()
    run = operations.create_bill_run(act=act, as_of=day("2026-01-01"))
    prepare_shards(act=act, run=operations.start_preparation(act=act, run_id=run.id), shard_count=2)
    assert queries.get_progress(run.id).prepared_count == 2
    prepare_bill_run(act=act, run_id=run.id)
    operations.check_bill_run(act=act, run_id=run.id)
    operations.approve_bill_run(act=act, run_id=run.id)
    bill_first = issue_bill_run(act=act, run_id=run.id)
    assert (bill_first.page.progress.issued_count, len(documents())) == (3, 3)


def test_a_chunk_of_shards_is_issued_and_the_rest_later(cast, monkeypatch):
    monkeypatch.setattr(operations, "PAYERS_PER_SHARD", 1)
    run_id = prepare("2026-01-01").page.run.id
    act = make_act()
    operations.check_bill_run(act=act, run_id=run_id)
    operations.approve_bill_run(act=act, run_id=run_id)
    prepare_shards(act=act, run=queries.get_bill_run(run_id))
    operations.start_issue(act=act, run_id=run_id)
    issue_bill_run(act=act, run_id=run_id)
    assert issue_shards(act=act, run=queries.get_bill_run(run_id)).rows == {}
    assert [number[-1] for number in Invoice.objects.order_by("id").values_list("number", flat=True)] == ["1", "2", "3"]


def test_issuing_a_finished_run_again_writes_nothing(cast):
    run_id = bill("2026-01-01").page.run.id
    assert issue_bill_run(act=make_act(), run_id=run_id).rows == {}
    assert len(documents()) == 3


def test_a_preview_shows_and_keeps_nothing(cast):
    preview = preview_accounts(act=make_act(), payer_ids=[cast[0].pk], as_of=day("2026-01-01"))
    (document,) = preview.documents
    assert (document.total_minor, document.currency, len(document.lines)) == (11500, "ZAR", 1)
    assert len(preview_accounts(act=make_act(), payer_ids=None, as_of=day("2026-01-01")).documents) == 3
    assert (documents(), lines()) == ([], [])


def test_lists_are_paged_by_key(cast):
    first = prepare("2026-01-01").page.run
    second = prepare("2026-01-02").page.run
    assert [run.id for run in queries.list_bill_runs()] == [second.id, first.id]
    assert [run.id for run in queries.list_bill_runs(before_id=second.id, state="PREPARED")] == [first.id]
    payers = queries.list_run_payers(first.id, after_id=cast[0].pk, outcome="PREPARED", limit=1)
    assert [payer.payer_id for payer in payers] == [cast[1].pk]
    assert [row.payer_id for row in queries.list_findings(payer_id=cast[0].pk, only_open=True)] == [cast[0].pk] * 2


def test_a_helper_that_fails_is_told_of_and_its_shard_is_done_all_the_same(committed_db, monkeypatch):
    monkeypatch.setattr(operations, "PAYERS_PER_SHARD", 1)
    with transaction.atomic():
        make_cast()
        run = operations.create_bill_run(act=make_act(), as_of=day("2026-01-01"))
    reckon, has_failed = pipeline.reckon, Event()

    def fail_in_a_helper(scope, log):
        if current_thread().name.startswith("bill-run"):
            has_failed.set()
            raise InterruptedError("the connection broke")
        assert has_failed.wait(timeout=30)
        reckon(scope, log)

    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "reckon", fail_in_a_helper)
        with pytest.raises(InterruptedError, match="the connection broke"):
            prepare_bill_run(act=make_act(), run_id=run.id, connections=2)
    assert not any(thread.name.startswith("bill-run") for thread in enumerate_threads())
    assert BillRunShard.objects.filter(prepared_at=None).count() == 0
    assert prepare_bill_run(act=make_act(), run_id=run.id, connections=2).page.outcomes == {"PREPARED": 3}


def test_several_connections_share_the_work(committed_db, monkeypatch):
    monkeypatch.setattr(operations, "PAYERS_PER_SHARD", 1)
    with transaction.atomic():
        make_cast()
    report = bill("2026-01-01", connections=3)
    assert report.page.outcomes == {"ISSUED": 3}
    numbers = Invoice.objects.order_by("account_id").values_list("number", flat=True)
    assert list(numbers) == ["INV-000001", "INV-000002", "INV-000003"], "numbers follow the accounts"
    assert BillRunShard.objects.filter(issued_at=None).count() == 0
