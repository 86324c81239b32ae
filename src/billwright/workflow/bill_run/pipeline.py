"""The ordered steps of a bill run over a range of payers, inside the transaction of the caller.

    0xx-2xx  reckon    read marks, charge, correct, tax, assemble, digest, find blocks: nothing is written
    3xx      prepare   keep totals, digests, findings and, on request, draft lines
    5xx-64x  issue     judge, write, post, settle, advance marks; then seal
    65x-69x  prove     read what was written and find nothing
    7xx      number    last of all
    9xx      check     read what was numbered and find nothing

Prepare, preview and issue share the first group: what is approved is what is issued.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from billwright.invoicing.operations import seal_documents
from billwright.invoicing.queries.checks import checks_as_json
from billwright.kernel.constraints import check_references_now
from billwright.kernel.locking import assert_in_transaction, share_name
from billwright.kernel.sql import Step, steps
from billwright.ledger.queries.balances import WRITERS
from billwright.workflow.bill_run import working
from billwright.workflow.bill_run.calls import RateCalls
from billwright.workflow.bill_run.netting import NetUsage
from billwright.workflow.bill_run.prepaid import DrawPrepaid
from billwright.workflow.bill_run.wallets import DrawWallets
from billwright.workflow.payment_terms import LayParts

PACKAGE = "billwright.workflow.bill_run"
# Below this a nested loop over an index beats reading whole tables.
BULK_PAYERS_MIN = 200
# For a handful of payers most of the time goes into choosing among orders of joins that are all fast; the written order
# is nearly as good, and chosen at once.
PREVIEW_JOINS_MAX = 3
# Temporary tables have no statistics of their own accord; above this a wrong order of joins costs more than asking.
ANALYZE_ROWS_MIN = 100


class MarksMoved(Exception):
    """Somebody billed the same items, or took the same charge, since they were read: the shard is done again."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pipeline is asked to do: a range of payers, a day, and who asks.

    `as_of` is every account's civil date, unless `cut_off_at` asks for each account's own at an instant. `interim`:
    the usage of the running periods too, so far. `subscription_id`: nothing but what that subscription owes;
    `document_text` stands on the documents.
    """

    run_id: int
    as_of: date
    cut_off_at: datetime | None
    document_date: date
    legal_entity_id: int | None
    payer_ids: tuple[int, ...] | None
    payer_from: int
    payer_before: int
    at: datetime
    actor: str
    keep_lines: bool = False
    interim: bool = False
    supposed_checks: str = "{}"
    subscription_id: int | None = None
    document_text: str = ""

    def parameters(self) -> dict[str, Any]:
        # An instant is yesterday or tomorrow somewhere: civil days reach from UTC-12 to UTC+14.
        day = self.cut_off_at.date() if self.cut_off_at else self.as_of
        margin = timedelta(days=1 if self.cut_off_at else 0)
        return {
            "run_id": self.run_id,
            "as_of": self.as_of,
            "cut_off_at": self.cut_off_at,
            "day_min": day - margin,
            "day_max": day + margin,
            "document_date": self.document_date,
            "legal_entity_id": self.legal_entity_id,
            "payer_ids": list(self.payer_ids) if self.payer_ids is not None else None,
            "payer_from": self.payer_from,
            "payer_before": self.payer_before,
            "at": self.at,
            "actor": self.actor,
            "keep_lines": self.keep_lines,
            "interim": self.interim,
            "checks": checks_as_json(),
            "supposed_checks": self.supposed_checks,
            "subscription_id": self.subscription_id,
            "document_text": self.document_text,
        }

    @property
    def is_bulk(self) -> bool:
        return self.payer_ids is None and self.payer_before - self.payer_from > BULK_PAYERS_MIN


@dataclass(slots=True)
class StepLog:
    """Rows and seconds of every step that ran, and the working tables that hold rows."""

    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)

    def add(self, step: str, rows: int, seconds: float) -> None:
        self.rows[step] = self.rows.get(step, 0) + rows
        self.seconds[step] = self.seconds.get(step, 0.0) + seconds

    def join(self, other: StepLog) -> None:
        for step, rows in other.rows.items():
            self.add(step, rows, other.seconds[step])


@dataclass(frozen=True, slots=True)
class Supposition:
    """A step that leads a draft to something other than what is: it runs after the steps up to a number."""

    after: int
    step: Step
    parameters: Mapping[str, object]


Stage = NetUsage | DrawPrepaid | RateCalls | LayParts | DrawWallets
PipelineStep = Step | Stage
# Stages that are no statement, by their place among the files.
STAGES: tuple[tuple[int, Stage], ...] = (
    (109, NetUsage()),
    (109, DrawPrepaid()),
    (116, RateCalls()),
    (511, LayParts()),
    (572, DrawWallets()),
)


def _group(first: int, last: int) -> tuple[PipelineStep, ...]:
    """The steps whose numbers lie between two numbers."""
    numbered: list[tuple[int, PipelineStep]] = [*_numbered(), *STAGES]
    numbered.sort(key=lambda placed: placed[0])
    return tuple(step for number, step in numbered if first <= number <= last)


def _numbered() -> Iterator[tuple[int, Step]]:
    from importlib import resources

    folder = resources.files(PACKAGE).joinpath("sql")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    for name, step in zip(names, steps(PACKAGE), strict=True):
        yield int(name.split("_", 1)[0]), step


LAST_PRICE_STEP = 121
PRICE = _group(0, LAST_PRICE_STEP)
GATHER = _group(122, 122)
CAP = _group(123, 123)
TOP_UP = _group(124, 124)
DISCOUNT = _group(125, 126)
TAX = _group(127, 299)
RECKON = (*PRICE, *GATHER, *CAP, *TOP_UP, *DISCOUNT, *TAX)
PREPARE = _group(300, 499)
WRITE = _group(500, 649)
NUMBER = _group(700, 899)
ISSUE = WRITE + NUMBER
PROVE = tuple(step for number, step in _numbered() if 650 <= number < 700)
CHECK = tuple(step for number, step in _numbered() if number >= 900)
WRITTEN_TABLES = tuple(sorted({table for step in WRITE for table in step.writes}))


def _execute(group: Iterable[PipelineStep], scope: Scope, log: StepLog, **more: object) -> None:
    parameters = scope.parameters() | more
    loops_allowed: bool | None = None
    with connection.cursor() as cursor:
        for step in group:
            if isinstance(step, Step) and not log.filled.issuperset(step.needs):
                log.add(step.name, 0, 0.0)
                continue
            begun = time.perf_counter()
            fills = not step.writes and rows_are_inserted(step)
            allowed = not fills or not scope.is_bulk
            if allowed != loops_allowed:
                _allow_nested_loops(cursor, allowed=allowed)
                loops_allowed = allowed
            rows = step.run(cursor, parameters)
            if fills and rows:
                log.filled.add(step.uses[0])
            if fills and rows >= ANALYZE_ROWS_MIN:
                cursor.execute(f"analyze {step.uses[0]} ({working.key_columns(step.uses[0])})")
            log.add(step.name, rows, time.perf_counter() - begun)
        _allow_nested_loops(cursor, allowed=True)


def rows_are_inserted(step: PipelineStep) -> bool:
    """Whether a step fills a working table: the first that its header names."""
    return bool(step.uses) and f"insert into {step.uses[0]}" in step.body


def _allow_nested_loops(cursor: CursorWrapper, *, allowed: bool) -> None:
    """Steps that fill working tables go without nested loops; steps that write run with them.

    Range bounds on every table multiply in the planner's estimates, and nested loops over whole shards would follow
    (docs/decisions: five times some steps). The triggers of the written tables need them: without, they would read all
    documents ever issued.
    """
    cursor.execute(f"set local enable_nestloop = {'on' if allowed else 'off'}")


def reckon(scope: Scope, log: StepLog, suppositions: Sequence[Supposition] = ()) -> None:
    """Fill the working tables: what every payer of the range would get, or would if .... Writes nothing."""
    assert_in_transaction()
    working.make_tables()
    working.empty_tables()
    log.filled.clear()
    with connection.cursor() as cursor:
        cursor.execute("set local default_statistics_target = 10")
        joins = "default" if scope.is_bulk else PREVIEW_JOINS_MAX
        cursor.execute(f"set local join_collapse_limit = {joins}")
    _price(scope, log, suppositions)
    # By the convention discount_limits a minimum and a maximum see the amount before its discounts or after them.
    _limit(scope, log, turn="after_limits")
    _execute(DISCOUNT, scope, log)
    _limit(scope, log, turn="before_limits")
    _execute(TAX, scope, log)
    with connection.cursor() as cursor:
        cursor.execute("set local join_collapse_limit = default")


def _price(scope: Scope, log: StepLog, suppositions: Sequence[Supposition]) -> None:
    """The steps up to a price; a supposition stands behind the steps that it corrects."""
    if not suppositions:
        _execute(PRICE, scope, log)
        return
    first = 0
    for one in sorted(suppositions, key=lambda supposition: supposition.after):
        _execute(_group(first, one.after), scope, log)
        _execute((one.step,), scope, log, **one.parameters)
        first = one.after + 1
    _execute(_group(first, LAST_PRICE_STEP), scope, log)


def _limit(scope: Scope, log: StepLog, *, turn: str) -> None:
    """Hold what was priced against its minimums and maximums, where there are any.

    A charge's own limit comes before its plan's, a plan's before what the account committed to. Of several commitments
    each sees what the maximums of those before it took, and all of them before any tops up.
    """
    if not log.rows["find_limits"]:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select m.rank, max(m.place) from run_limit as m where m.turn = %s group by m.rank order by m.rank", [turn]
        )
        ranks = cursor.fetchall()
    for rank, places in ranks:
        _execute(GATHER, scope, log, turn=turn, rank=rank)
        for place in range(1, places + 1):
            _execute(CAP, scope, log, turn=turn, rank=rank, place=place)
        _execute(TOP_UP, scope, log, turn=turn, rank=rank)


def keep_prepared(scope: Scope, log: StepLog) -> None:
    """Keep what was reckoned for people to check: totals, digests, findings."""
    _execute(PREPARE, scope, log)


def issue(scope: Scope, log: StepLog) -> None:
    """Issue what was reckoned and approved: documents, postings, open items, allocations, marks; numbers last.

    Raises MarksMoved when marks or charges no longer stand where they were read; AssertionError when a check step
    finds something. The caller's transaction is then rolled back.
    """
    share_name(WRITERS)
    _execute(WRITE, scope, log)
    _require_moved(log)
    _seal(log)
    _find_nothing(PROVE, scope, log)
    _check_references(log)
    _await_turn(scope, log)
    _execute(NUMBER, scope, log)
    _find_nothing(CHECK, scope, log)


def _find_nothing(checks: Iterable[Step], scope: Scope, log: StepLog) -> None:
    for step in checks:
        with connection.cursor() as cursor:
            begun = time.perf_counter()
            found = step.rows(cursor, scope.parameters())
            log.add(step.name, len(found), time.perf_counter() - begun)
            assert not found, f"{step.name} found {found[:5]}"


def _check_references(log: StepLog) -> None:
    """All but those to the documents, which come last: from the numbers on, other shards wait for this one."""
    begun = time.perf_counter()
    count = check_references_now(tables=WRITTEN_TABLES, except_to="invoicing_invoice")
    log.add("check_references", count, time.perf_counter() - begun)


def _await_turn(scope: Scope, log: StepLog) -> None:
    """Wait for the shards before this one that are at work, so that numbers follow the accounts however many help.

    Whoever issues a shard holds its row; a shard that was rolled back is not waited for again, and stays free.
    """
    begun = time.perf_counter()
    before = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(
            "select s.shard_no from invoicing_bill_run_shard as s"
            " where s.run_id = %s and s.payer_before <= %s and s.issued_at is null order by s.shard_no for share",
            [scope.run_id, scope.payer_from],
        )
    transaction.savepoint_rollback(before)
    log.add("await_turn", 0, time.perf_counter() - begun)


def _seal(log: StepLog) -> None:
    """Before the numbers are taken, so that no other shard waits for it."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("select i.invoice_id from run_issue as i")
        invoice_ids = [row[0] for row in cursor.fetchall()]
    log.add("seal_documents", seal_documents(invoice_ids=invoice_ids), time.perf_counter() - begun)


def _require_moved(log: StepLog) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from run_due as d inner join run_verdict as v"
            "         on v.payer_id = d.payer_id and v.outcome = 'ISSUED'),"
            "       (select count(*) from run_line as l inner join run_verdict as v"
            "         on v.payer_id = l.payer_id and v.outcome = 'ISSUED' where l.charge_id is not null)"
        )
        row = cursor.fetchone()
        assert row is not None
    if (log.rows["advance_marks"], log.rows["mark_charges_billed"]) != tuple(row):
        raise MarksMoved
