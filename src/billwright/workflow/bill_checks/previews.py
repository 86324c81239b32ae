"""A planned change of a check against the last run: what it would have found, and what it finds as it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction

from billwright.accounts.queries import get_accounts
from billwright.invoicing.operations.checks import require_check
from billwright.invoicing.queries.bill_run import BillRunRow, list_bill_runs
from billwright.invoicing.states import CheckSeverity, RunState
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.kernel.sql import Step, step, steps
from billwright.workflow.bill_run import pipeline, working
from billwright.workflow.bill_run.pipeline import Scope

PACKAGE: Final = "billwright.workflow.bill_checks"
SAMPLE_SIZE: Final = 20
LOOKED_BACK_MAX: Final = 500
_READ: Final = ("read_entities", "read_currencies", "read_prices", "select_payers", "find_splits")
_RECALL: Final = ("recall_digests", "recall_documents", "recall_due", "recall_lines")
_FIND: Final = ("read_checks", "find_notes", "find_deviations", "find_changed_details", "find_contradictions")


@dataclass(frozen=True, slots=True)
class CheckSample:
    """A document of the last run that the change would have found."""

    payer_id: int
    account: str
    total: Money
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CheckPreview:
    """`run_id` none: the company has no issued run to try on. Counts are accounts of that run."""

    run_id: int | None
    as_of: date | None
    document_count: int
    found_before: int
    found_after: int
    held_before: int
    held_after: int
    samples: tuple[CheckSample, ...]


def preview_check(
    *,
    act: Act,
    legal_entity_id: int,
    code: str,
    severity: CheckSeverity,
    factor: Decimal | None = None,
    minimum: Decimal | None = None,
    days: int | None = None,
) -> CheckPreview:
    """How many documents of the company's last issued run the check would have found and held. Nothing is written.

    Raises what `set_check` raises for a check or threshold that does not exist.
    """
    require_check(code=code, severity=severity, factor=factor, minimum=minimum, days=days)
    run = _last_run(legal_entity_id)
    if run is None:
        return CheckPreview(None, None, 0, 0, 0, 0, 0, ())
    chosen = {"severity": str(severity), "factor": _text(factor), "minimum": _text(minimum), "days": days}
    before = _found(_scope(act, run, legal_entity_id, "{}"), code)
    after = _found(_scope(act, run, legal_entity_id, json.dumps({code: chosen})), code)
    return CheckPreview(
        run_id=run.id,
        as_of=run.as_of,
        document_count=after.document_count,
        found_before=len(before.rows),
        found_after=len(after.rows),
        held_before=sum(row[1] == CheckSeverity.HOLD for row in before.rows),
        held_after=sum(row[1] == CheckSeverity.HOLD for row in after.rows),
        samples=_samples(after.rows[:SAMPLE_SIZE]),
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _last_run(legal_entity_id: int) -> BillRunRow | None:
    runs = list_bill_runs(state=RunState.ISSUED, limit=LOOKED_BACK_MAX)
    return next((run for run in runs if run.legal_entity_id in (None, legal_entity_id)), None)


def _scope(act: Act, run: BillRunRow, legal_entity_id: int, supposed_checks: str) -> Scope:
    return Scope(
        run_id=run.id,
        as_of=run.as_of,
        cut_off_at=None,
        document_date=run.document_date,
        legal_entity_id=legal_entity_id,
        payer_ids=run.payer_ids,
        payer_from=0,
        payer_before=2**62,
        at=act.at,
        actor=act.actor,
        supposed_checks=supposed_checks,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    document_count: int
    rows: list[tuple[Any, ...]]


def _found(scope: Scope, code: str) -> _Found:
    """The accounts that the check finds, by what the run came to; in working tables that the commit empties."""
    own = {one.name: one for one in steps(pipeline.PACKAGE)}
    asked: list[Step] = [own[name] for name in _READ]
    asked += [step(PACKAGE, name) for name in _RECALL]
    asked += [own[name] for name in _FIND]
    with transaction.atomic(), connection.cursor() as cursor:
        working.make_tables()
        working.empty_tables()
        for one in asked:
            one.run(cursor, scope.parameters())
        cursor.execute("select count(*) from run_digest as g where g.line_count > 0")
        [(document_count,)] = cursor.fetchall()
        cursor.execute(
            "select f.payer_id, min(f.severity), p.currency, max(g.total_minor), (jsonb_agg(f.facts)) -> 0"
            " from run_finding as f inner join run_payer as p on p.payer_id = f.payer_id"
            " inner join run_digest as g on g.payer_id = f.payer_id where f.code = %s"
            " group by f.payer_id, p.currency order by abs(max(g.total_minor)) desc, f.payer_id",
            [code],
        )
        return _Found(document_count, list(cursor.fetchall()))


def _samples(rows: list[tuple[Any, ...]]) -> tuple[CheckSample, ...]:
    numbers = {id_: account.number for id_, account in get_accounts({row[0] for row in rows}).items()}
    return tuple(
        CheckSample(
            payer_id,
            numbers.get(payer_id, str(payer_id)),
            Money(total_minor, currency),
            json.loads(facts) if isinstance(facts, str) else facts,
        )
        for payer_id, _severity, currency, total_minor, facts in rows
    )
