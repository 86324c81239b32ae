"""Opening the books of an entity, and the life of its accounting periods."""

from __future__ import annotations

from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_names
from billwright.kernel.periods import add_months
from billwright.ledger.chart import CHART, FAMILY_ACCOUNTS
from billwright.ledger.models import AccountingPeriod, LedgerAccount
from billwright.ledger.queries.balances import WRITERS
from billwright.ledger.states import ACCOUNTING_PERIOD, LedgerRole, PeriodState


@verb("ledger.open_books", subject=lambda arguments, _none: f"legal_entity:{arguments['legal_entity_id']}")
def open_books(*, act: Act, legal_entity_id: int, first_month: date, last_month: date) -> None:
    """Give an entity its chart of accounts and open accounting periods for the months from first to last.

    Repeating it adds only what is missing.
    """
    present = set(LedgerAccount.objects.filter(legal_entity_id=legal_entity_id).values_list("code", flat=True))
    LedgerAccount.objects.bulk_create(
        LedgerAccount(legal_entity_id=legal_entity_id, code=code, name=name, account_class=kind, role=role)
        for code, name, kind, role in CHART
        if code not in present
    )
    ensure_periods(legal_entity_id=legal_entity_id, first=first_month, last=last_month)
    note_change(after={"first_month": str(first_month), "last_month": str(last_month)})


def ensure_periods(*, legal_entity_id: int, first: date, last: date) -> None:
    """Open the months from that of `first` to that of `last` where no period exists yet.

    Raises Refusal `period.before_locked`.
    """
    month, months = first.replace(day=1), []
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    _require_none_before_locked(legal_entity_id, months)
    AccountingPeriod.objects.bulk_create(
        [
            AccountingPeriod(legal_entity_id=legal_entity_id, starts_on=month, ends_before=add_months(month, 1))
            for month in months
        ],
        ignore_conflicts=True,
    )


def _require_none_before_locked(legal_entity_id: int, months: list[date]) -> None:
    locked = _last_locked(legal_entity_id)
    if locked is None or not months or months[0] > locked:
        return
    known = AccountingPeriod.objects.filter(legal_entity_id=legal_entity_id, starts_on__in=months)
    if {month for month in months if month < locked} - set(known.values_list("starts_on", flat=True)):
        raise _before_locked(locked)


def ensure_family_account(*, legal_entity_id: int, role: LedgerRole, family: str) -> int:
    """The account of a role for a product family or tax component, made at its first use. Returns its id."""
    first_code, name, account_class = FAMILY_ACCOUNTS[role]
    accounts = LedgerAccount.objects.filter(legal_entity_id=legal_entity_id, role=role)
    found = accounts.filter(family=family).values_list("id", flat=True).first()
    if found is not None:
        return found
    lock_names(f"chart:{legal_entity_id}")
    found = accounts.filter(family=family).values_list("id", flat=True).first()
    if found is not None:
        return found
    highest = accounts.aggregate(highest=Max("code"))["highest"]
    return LedgerAccount.objects.create(
        legal_entity_id=legal_entity_id,
        code=str(int(highest) + 1 if highest else first_code),
        name=name.format(family=family),
        account_class=account_class,
        role=role,
        family=family,
    ).pk


def _move(*, act: Act, period_id: int, verb: str) -> PeriodState:
    # Closing waits for the writers of the moment, and later writers meet the new state.
    lock_names(WRITERS)
    period = AccountingPeriod.objects.select_for_update().filter(id=period_id).first()
    if period is None:
        raise NotFound("period.not_found", f"There is no accounting period {period_id}.")
    before = period.state
    period.state = ACCOUNTING_PERIOD.enter(verb, period.state)
    _require_order(period, verb)
    if period.state == PeriodState.CLOSED:
        period.closed_at = act.at
    if period.state == PeriodState.LOCKED:
        period.locked_at = act.at
    period.save(update_fields=["state", "closed_at", "locked_at"])
    note_change(before={"state": before}, after={"state": period.state, "month": str(period.starts_on)})
    return PeriodState(period.state)


def _require_order(period: AccountingPeriod, verb: str) -> None:
    """What was reported stays: no month before a locked one can be posted into, or its balances would change."""
    others = AccountingPeriod.objects.filter(legal_entity_id=period.legal_entity_id)
    still_open = others.filter(starts_on__lt=period.starts_on, state__in=[PeriodState.OPEN, PeriodState.CLOSING])
    if verb == "lock" and (earlier := still_open.order_by("starts_on").first()):
        raise Refusal(
            "period.earlier_open",
            _("%(month)s is not closed yet: what is posted there changes the balances of later months.")
            % {"month": f"{earlier.starts_on:%Y-%m}"},
            field="period",
            cure=_("Close the earlier months first."),
        )
    if verb == "reopen" and (later := _last_locked(period.legal_entity_id)) and later > period.starts_on:
        raise _before_locked(later)


def _last_locked(legal_entity_id: int) -> date | None:
    locked = AccountingPeriod.objects.filter(legal_entity_id=legal_entity_id, state=PeriodState.LOCKED)
    last: date | None = locked.aggregate(last=Max("starts_on"))["last"]
    return last


def _before_locked(locked: date) -> Refusal:
    return Refusal(
        "period.before_locked",
        _("%(month)s was reported and is locked: nothing is posted into a month before it.")
        % {"month": f"{locked:%Y-%m}"},
        field="period",
        cure=_("Post the correction in the first open month."),
    )


def _subject(arguments: object, _period: object) -> str:
    return f"period:{arguments['period_id']}"  # type: ignore[index]


@verb("period.start_closing", subject=_subject)
def start_closing_period(*, act: Act, period_id: int) -> PeriodState:
    """From now on only closing work may post into the period."""
    return _move(act=act, period_id=period_id, verb="start_closing")


@verb("period.close", subject=_subject)
def close_period(*, act: Act, period_id: int) -> PeriodState:
    """Nobody posts into the period any more."""
    return _move(act=act, period_id=period_id, verb="close")


@verb("period.reopen", subject=_subject)
def reopen_period(*, act: Act, period_id: int) -> PeriodState:
    """Open a closed period again, with a reason. A locked one is refused, and one before a locked one.

    Raises Refusal `period.before_locked`.
    """
    return _move(act=act, period_id=period_id, verb="reopen")


@verb("period.lock", subject=_subject)
def lock_period(*, act: Act, period_id: int) -> PeriodState:
    """Lock a closed period for good: it has been reported to the outside. Raises Refusal `period.earlier_open`."""
    return _move(act=act, period_id=period_id, verb="lock")
