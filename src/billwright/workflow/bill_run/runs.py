"""Driving the pipeline over the shards of a run: claims a shard, does it in one transaction, takes the next.

A crash rolls the running shards back; asked again, the run goes on with the shards that are open. Shards are claimed
with SKIP LOCKED, so threads, processes and job workers may help one another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection, transaction

from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import BillRunPage, BillRunRow, get_bill_run, get_bill_run_page
from billwright.invoicing.states import RunState
from billwright.kernel import outbox
from billwright.kernel.acts import Act
from billwright.ledger.operations import ensure_family_account
from billwright.ledger.states import LedgerRole
from billwright.subscriptions.operations import lay_ahead
from billwright.workflow.bill_run import pipeline
from billwright.workflow.bill_run.abreast import Connections, opened
from billwright.workflow.bill_run.pipeline import MarksMoved, Scope, StepLog
from billwright.workflow.contract_changes import pay_back_credits

ATTEMPT_COUNT_MAX = 3


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a call of prepare or issue did: the run's page, and rows and seconds per step over all connections."""

    page: BillRunPage
    rows: dict[str, int]
    step_seconds: dict[str, float]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Stage:
    """Preparing or issuing: which column says that a shard is done, and what to do with it."""

    done_column: str
    work: Callable[[Scope, StepLog], None]
    finish: Callable[..., BillRunRow]
    topic: str = ""


def _prepare(scope: Scope, log: StepLog) -> None:
    pipeline.reckon(scope, log)
    pipeline.keep_prepared(scope, log)


def _issue(scope: Scope, log: StepLog) -> None:
    pipeline.reckon(scope, log)
    pipeline.issue(scope, log)


PREPARING = _Stage("prepared_at", _prepare, operations.finish_preparation)
ISSUING = _Stage("issued_at", _issue, operations.finish_issue, topic="bill_run.shard_issued")


def prepare_bill_run(*, act: Act, run_id: int, connections: int | Connections = 1) -> RunReport:
    """Prepare a run, or go on where a crash left off: reads only, and keeps totals, digests and findings per payer.

    Called outside a transaction it commits per shard and may use several connections; inside one (a test) it does
    everything there. Raises what `start_preparation` raises.
    """
    run = begin_preparation(act=act, run_id=run_id)
    return _drive(PREPARING, act, run, connections)


def issue_bill_run(*, act: Act, run_id: int, connections: int | Connections = 1) -> RunReport:
    """Issue an approved run, or go on where a crash left off. Payers that changed since are left out and reported.

    Raises what `start_issue` raises. A second call after the end writes nothing.
    """
    if get_bill_run(run_id).state == RunState.ISSUED:
        return RunReport(page=get_bill_run_page(run_id), rows={}, step_seconds={}, seconds=0.0)
    run = begin_issue(act=act, run_id=run_id)
    return _drive(ISSUING, act, run, connections)


def begin_preparation(*, act: Act, run_id: int) -> BillRunRow:
    """Open a preparation, so that workers may take its shards. Raises what `start_preparation` raises."""
    with transaction.atomic():
        run = operations.start_preparation(act=act, run_id=run_id)
        lay_ahead(act=act, as_of=run.as_of, legal_entity_id=run.legal_entity_id)
    return run


def begin_issue(*, act: Act, run_id: int) -> BillRunRow:
    """Open the issue of an approved run, so that workers may take its shards. Raises what `start_issue` raises."""
    with transaction.atomic():
        run = operations.start_issue(act=act, run_id=run_id)
        lay_ahead(act=act, as_of=run.as_of, legal_entity_id=run.legal_entity_id)
        _ensure_accounts(run)
    return run


def work_on_shards(*, act: Act, run_id: int) -> StepLog:
    """Take open shards of a run that was begun until none is left, and close it if this was the last.

    Any number of workers may do so at once; on a run that waits for a person it does nothing.
    """
    run = get_bill_run(run_id)
    log = StepLog()
    stage = _open_stage(run)
    if stage is not None:
        log.join(_work(stage, act, run, None))
        _finish(stage, act, run_id)
    return log


def _open_stage(run: BillRunRow) -> _Stage | None:
    if run.state == RunState.ISSUING:
        return ISSUING
    return PREPARING if run.state == RunState.PREPARED and run.prepared_at is None else None


def prepare_shards(*, act: Act, run: BillRunRow, shard_count: int | None = None) -> StepLog:
    """Prepare up to so many open shards of a run on this connection: one chunk of a job."""
    return _work(PREPARING, act, run, shard_count)


def issue_shards(*, act: Act, run: BillRunRow, shard_count: int | None = None) -> StepLog:
    """Issue up to so many open shards of a run on this connection: one chunk of a job."""
    return _work(ISSUING, act, run, shard_count)


def run_bill_run(
    *,
    act: Act,
    as_of: date | None = None,
    document_date: date | None = None,
    legal_entity_id: int | None = None,
    payer_ids: tuple[int, ...] | None = None,
    connections: int | Connections = 1,
    interim: bool = False,
    subscription_id: int | None = None,
    description: str = "",
) -> RunReport:
    """The whole journey by one actor: create, prepare, check, approve, issue. `interim`: usage so far too.

    The four-eyes rule is asked at the approval: only the built-in operator may approve what it prepared itself.
    """
    with transaction.atomic():
        run = operations.create_bill_run(
            act=act,
            as_of=as_of,
            document_date=document_date,
            legal_entity_id=legal_entity_id,
            payer_ids=payer_ids,
            interim=interim,
            subscription_id=subscription_id,
            description=description,
        )
    step = replace(act, key=None)
    with opened(connections) as kept:
        prepare_bill_run(act=step, run_id=run.id, connections=kept)
        with transaction.atomic():
            operations.check_bill_run(act=step, run_id=run.id)
            operations.approve_bill_run(act=step, run_id=run.id)
        return issue_bill_run(act=step, run_id=run.id, connections=kept)


def _drive(stage: _Stage, act: Act, run: BillRunRow, connections: int | Connections) -> RunReport:
    begun = time.perf_counter()
    log = StepLog()
    with opened(1 if connection.in_atomic_block else connections) as kept:
        others = kept.help(_work, stage, act, run, None)
        try:
            log.join(_work(stage, act, run, None))
        finally:
            wait(others)
        for other in others:
            log.join(other.result())
        # A shard that one rolled back just as others looked at it.
        log.join(_work(stage, act, run, None))
    _finish(stage, act, run.id)
    return RunReport(
        page=get_bill_run_page(run.id),
        rows=log.rows,
        step_seconds=log.seconds,
        seconds=time.perf_counter() - begun,
    )


def _finish(stage: _Stage, act: Act, run_id: int) -> None:
    """Close a stage whose shards are done; an issued run pays back what contracts and conventions ask for."""
    with transaction.atomic():
        run = stage.finish(act=act, run_id=run_id)
        if run.state == RunState.ISSUED:
            pay_back_credits(act=act, run_id=run_id)


def _work(stage: _Stage, act: Act, run: BillRunRow, shard_count: int | None) -> StepLog:
    log = StepLog()
    done = 0
    while shard_count is None or done < shard_count:
        for attempt in range(1, ATTEMPT_COUNT_MAX + 1):
            try:
                more = _do_one_shard(stage, act, run, log)
                break
            except MarksMoved:
                # Another run billed some of these payers meanwhile; what is read next is committed.
                if attempt == ATTEMPT_COUNT_MAX:
                    raise
        if not more:
            break
        done += 1
    return log


def _do_one_shard(stage: _Stage, act: Act, run: BillRunRow, log: StepLog) -> bool:
    """Claim an open shard, do it and close it in one transaction. False: none is left to claim."""
    begun = time.perf_counter()
    done = StepLog()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select shard_no, payer_from, payer_before from invoicing_bill_run_shard"
            f" where run_id = %s and {stage.done_column} is null"
            " order by shard_no limit 1 for update skip locked",
            [run.id],
        )
        claimed = cursor.fetchone()
        if claimed is None:
            return False
        shard_no, payer_from, payer_before = claimed
        stage.work(_scope(act, run, payer_from, payer_before), done)
        cursor.execute(
            f"update invoicing_bill_run_shard set {stage.done_column} = %s, invoice_count = %s, line_count = %s,"
            " seconds = %s where run_id = %s and shard_no = %s",
            [
                act.at,
                done.rows.get("write_invoices", 0),
                done.rows.get("write_lines", 0),
                time.perf_counter() - begun,
                run.id,
                shard_no,
            ],
        )
        if stage.topic and done.rows.get("write_invoices"):
            outbox.emit(
                topic=stage.topic, subject=f"bill_run:{run.id}", at=act.at, payload={"run": run.id, "shard": shard_no}
            )
    log.join(done)
    return True


def _scope(act: Act, run: BillRunRow, payer_from: int, payer_before: int) -> Scope:
    return Scope(
        run_id=run.id,
        as_of=run.as_of,
        cut_off_at=run.cut_off_at,
        document_date=run.document_date,
        legal_entity_id=run.legal_entity_id,
        payer_ids=run.payer_ids,
        payer_from=payer_from,
        payer_before=payer_before,
        at=act.at,
        actor=act.actor,
        keep_lines=run.keep_lines,
        interim=run.interim,
        subscription_id=run.subscription_id,
        document_text=run.description if run.subscription_id else "",
    )


def _ensure_accounts(run: BillRunRow) -> None:
    """Revenue, deferred revenue and tax accounts are made at their first use: now, once, before shards run abreast."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.id, a.role, a.family from org_legal_entity as e cross join ("
            "    select r.role, p.family from (select distinct family from catalog_product) as p"
            "    cross join (values ('REVENUE'), ('DEFERRED_REVENUE')) as r (role)"
            ") as a where (%(entity)s::bigint is null or e.id = %(entity)s) union"
            " select r.legal_entity_id, 'OUTPUT_TAX', t.component from catalog_tax_rule as r"
            " inner join catalog_tax_rate as t on t.tax_code_id = r.tax_code_id"
            " where (%(entity)s::bigint is null or r.legal_entity_id = %(entity)s) except"
            " select l.legal_entity_id, l.role, l.family from ledger_account as l order by 1, 2, 3",
            {"entity": run.legal_entity_id},
        )
        missing = cursor.fetchall()
    for legal_entity_id, role, family in missing:
        ensure_family_account(legal_entity_id=legal_entity_id, role=LedgerRole(role), family=family)
