"""Recognizing the deferred revenue of a month, and taking a recognition back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from billwright.invoicing.operations.revenue import add_revenue_run
from billwright.invoicing.queries.revenue import find_last_recognized, find_newest_run, get_revenue_run
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import lock_names
from billwright.kernel.money import Money
from billwright.kernel.periods import month_of
from billwright.ledger.operations import EntryDraft, Side, ensure_family_account, post_entries, reverse_entries
from billwright.ledger.queries import get_account, get_entry, list_entries, list_periods
from billwright.ledger.states import EntryKind, LedgerRole, PeriodState
from billwright.workflow.revenue_recognition import pipeline

POSTABLE = (PeriodState.OPEN, PeriodState.CLOSING)
ENTRIES_MAX = 500


@dataclass(frozen=True, slots=True)
class FamilyAmount:
    """What was recognized of one product family in one currency."""

    family: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a recognition did. Without a run there was nothing to recognize, and nothing was written."""

    run_id: int | None
    legal_entity_id: int
    month: date
    accounting_date: date
    line_count: int
    amounts: tuple[FamilyAmount, ...]
    entry_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Due:
    """What is due of one deferred revenue account in one currency, in minor units."""

    ledger_account_id: int
    currency: str
    amount_minor: int
    base_minor: int
    line_count: int


def _entity_subject(arguments: object, _answer: object) -> str:
    return f"legal_entity:{arguments['legal_entity_id']}"  # type: ignore[index]


@verb("revenue.recognize", subject=_entity_subject)
def recognize_revenue(*, act: Act, legal_entity_id: int, month: date) -> Recognition:
    """Recognize what the days of a month bring of deferred lines, by one journal entry a product family.

    `month` is any day of it. A second run recognizes only what came since. Months go in order; closing work, so a
    closing period takes it. Raises Refusal `revenue.month_not_begun`, `revenue.period_not_open`,
    `revenue.earlier_month_first`, Conflict `revenue.later_month_recognized`.
    """
    period = month_of(month)
    lock_names(f"revenue:{legal_entity_id}")
    _require_order(act, legal_entity_id, period.starts_on)
    pipeline.reckon(legal_entity_id=legal_entity_id, as_of=period.last_day, until=period.last_day)
    due = _due()
    if not due:
        return Recognition(None, legal_entity_id, period.starts_on, period.last_day, 0, (), ())
    run_id = add_revenue_run(
        act=act, legal_entity_id=legal_entity_id, month=period.starts_on, accounting_date=period.last_day
    )
    pipeline.run(pipeline.WRITE, run_id=run_id, as_of=period.last_day)
    families = {one.ledger_account_id: get_account(one.ledger_account_id).family for one in due}
    drafts = _drafts(legal_entity_id, run_id, period.last_day, due, families)
    recognized = Recognition(
        run_id=run_id,
        legal_entity_id=legal_entity_id,
        month=period.starts_on,
        accounting_date=period.last_day,
        line_count=sum(one.line_count for one in due),
        amounts=tuple(
            FamilyAmount(families[one.ledger_account_id], Money(one.amount_minor, one.currency)) for one in due
        ),
        entry_ids=tuple(post_entries(act=act, drafts=drafts)),
    )
    _note_recognition(recognized)
    return recognized


def _note_recognition(recognized: Recognition) -> None:
    note_change(
        after={
            "run": recognized.run_id,
            "month": str(recognized.month),
            "lines": recognized.line_count,
            "recognized": [f"{one.family}: {one.amount}" for one in recognized.amounts],
        },
        effective_on=recognized.accounting_date,
    )


def _require_order(act: Act, legal_entity_id: int, month: date) -> None:
    """Months are recognized in order, so that each holds its own revenue and a later one never an earlier one's."""
    periods = {row.starts_on: row for row in list_periods(legal_entity_id)}
    present = periods.get(month)
    if month > act.at.date() + timedelta(days=1):
        raise Refusal(
            "revenue.month_not_begun", _("This month has not begun."), field="month",
            cure=_("Recognize revenue when its month has been served."),
        )  # fmt: skip
    if present is None or present.state not in POSTABLE:
        raise Refusal(
            "revenue.period_not_open", _("The books of this month are not open."), field="month",
            cure=_("Recognize the first open month: what was left out is made good there. Or open the month again."),
        )  # fmt: skip
    last = find_last_recognized(legal_entity_id=legal_entity_id)
    if last is not None and last.month > month:
        raise Conflict(
            "revenue.later_month_recognized",
            _("%(month)s was recognized already.") % {"month": f"{last.month:%Y-%m}"}, field="month",
            cure=_("Take the later months back first, the latest before the others."),
        )  # fmt: skip
    if last is not None and last.month == month:
        # A document of an earlier month that came since is made good in the month already recognized.
        return
    before = periods.get((month - timedelta(days=1)).replace(day=1))
    if before is not None and before.state in POSTABLE and _was_left_out(legal_entity_id, before.starts_on, month):
        raise Refusal(
            "revenue.earlier_month_first",
            _("%(month)s is open and not recognized yet.") % {"month": f"{before.starts_on:%Y-%m}"},
            field="month", cure=_("Recognize the earlier month first, or close it."),
        )  # fmt: skip


def _was_left_out(legal_entity_id: int, month: date, ends_before: date) -> bool:
    """Whether something of a month is still to be recognized.

    A run leaves nothing of its month: as long as none came after it, only a document that came since does.
    """
    as_of = ends_before - timedelta(days=1)
    newest = find_newest_run(legal_entity_id=legal_entity_id)
    is_run = newest is not None and newest.is_in_force and newest.month == month
    if is_run and not pipeline.has_new_lines(legal_entity_id=legal_entity_id, as_of=as_of):
        return False
    pipeline.reckon(legal_entity_id=legal_entity_id, as_of=as_of, until=as_of)
    return bool(_due())


def _due() -> list[_Due]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select h.ledger_account_id, h.currency, sum(h.due_minor)::bigint, sum(h.due_base_minor)::bigint,"
            " count(*) from revenue_head as h where h.due_minor <> 0 or h.due_base_minor <> 0"
            " group by h.ledger_account_id, h.currency order by h.ledger_account_id, h.currency"
        )
        return [_Due(*row) for row in cursor.fetchall()]


def _drafts(legal_entity_id: int, run_id: int, on: date, due: list[_Due], families: dict[int, str]) -> list[EntryDraft]:
    by_account: defaultdict[int, list[_Due]] = defaultdict(list)
    for one in due:
        if one.amount_minor or one.base_minor:
            by_account[one.ledger_account_id].append(one)
    return [
        EntryDraft(
            legal_entity_id=legal_entity_id,
            kind=EntryKind.RECOGNITION,
            document_date=on,
            accounting_date=on,
            entry_key=f"revenue_run:{run_id}",
            sides=tuple(side for one in of_account for side in _sides(legal_entity_id, one, families[account_id])),
            narration=f"Revenue of {on:%Y-%m} {families[account_id]}".strip(),
            closing=True,
        )
        for account_id, of_account in by_account.items()
    ]


def _sides(legal_entity_id: int, due: _Due, family: str) -> tuple[Side, Side]:
    """Out of deferred revenue into revenue, at the rates at which the documents came in."""
    revenue = ensure_family_account(legal_entity_id=legal_entity_id, role=LedgerRole.REVENUE, family=family)
    amount = Money(due.amount_minor, due.currency)
    return (
        Side(amount=amount, ledger_account_id=due.ledger_account_id, base_minor=due.base_minor),
        Side(amount=-amount, ledger_account_id=revenue, base_minor=-due.base_minor),
    )


@verb("revenue.reverse_recognition", subject=lambda arguments, _: f"revenue_run:{arguments['revenue_run_id']}")
def reverse_recognition(*, act: Act, revenue_run_id: int) -> Recognition:
    """Take a recognition back, rows and entries, on its own day or the first open day after it.

    The latest goes first. Raises NotFound, Conflict `revenue.already_reversed`, `revenue.not_the_latest`.
    """
    run = get_revenue_run(revenue_run_id)
    lock_names(f"revenue:{run.legal_entity_id}")
    run = get_revenue_run(revenue_run_id)
    if not run.is_in_force:
        raise Conflict("revenue.already_reversed", _("This recognition was taken back before, or takes one back."))
    last = find_last_recognized(legal_entity_id=run.legal_entity_id)
    if last is not None and last.id != run.id:
        raise Conflict(
            "revenue.not_the_latest", _("A later recognition rests on this one."), field="revenue_run_id",
            cure=_("Take run %(run)s back first.") % {"run": last.id},
        )  # fmt: skip
    entries = list_entries(
        legal_entity_id=run.legal_entity_id, entry_key=f"revenue_run:{revenue_run_id}", kind=EntryKind.RECOGNITION,
        limit=ENTRIES_MAX,
    )  # fmt: skip
    opposite = reverse_entries(act=act, entry_ids=sorted(entry.id for entry in entries), on=run.accounting_date)
    on = max((get_entry(entry_id).accounting_date for entry_id in opposite), default=run.accounting_date)
    reversal_id = add_revenue_run(
        act=act, legal_entity_id=run.legal_entity_id, month=run.month, accounting_date=on, reverses_id=revenue_run_id
    )
    count = pipeline.run(pipeline.REVERSE[:1], run_id=reversal_id, reverses_id=revenue_run_id)
    pipeline.run(pipeline.REVERSE[1:], run_id=reversal_id)
    note_change(
        before={"run": revenue_run_id, "month": str(run.month)}, after={"reversed_by": reversal_id}, effective_on=on
    )
    return Recognition(reversal_id, run.legal_entity_id, run.month, on, count, (), tuple(opposite))
