"""Reads of the counter: accepted methods, cheques, deposit slips, cash sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.counter_states import ChequeState
from billwright.payments.models import AcceptedMethod, CashSession, Cheque, DepositSlip, Payment
from billwright.payments.ports.methods import method_plugins
from billwright.payments.states import PaymentState

PAGE_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRow:
    """A method of this installation, and whether a company takes it; `since` none: nobody has said, so it does."""

    code: str
    title: str
    method: str
    way: str
    is_accepted: bool
    fee: Money | None
    fee_product: str
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChequeRow:
    """A cheque and how far it has come."""

    id: int
    legal_entity_id: int
    account_id: int
    payment_id: int
    number: str
    bank_name: str
    drawer: str
    drawn_on: date
    amount: Money
    slip_id: int | None
    state: str
    returned_on: date | None
    reason: str
    fee: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipRow:
    """A deposit slip; `total` is its cash and the cheques on it that were not returned before it cleared."""

    id: int
    legal_entity_id: int
    bank_account_id: int
    deposited_on: date
    cash: Money
    total: Money
    cheque_count: int
    state: str
    cleared_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSessionRow:
    """A cash desk; until it is counted, `expected` is what should lie in the drawer now."""

    id: int
    legal_entity_id: int
    desk: str
    float_amount: Money
    expected: Money
    counted: Money | None
    difference: Money | None
    slip_id: int | None
    state: str
    note: str
    opened_by: str
    opened_at: datetime
    closed_by: str
    closed_at: datetime | None


def list_accepted(*, legal_entity_id: int, on: date) -> list[AcceptedRow]:
    """Every method of this installation and whether a company takes it on a day."""
    written: dict[str, AcceptedMethod] = {}
    rows = AcceptedMethod.objects.filter(legal_entity_id=legal_entity_id, valid_from__lte=on)
    for row in rows.order_by("valid_from", "id"):
        written[row.code] = row
    found = []
    for plugin in method_plugins():
        said = written.get(plugin.code)
        fee = Money(said.fee_minor, said.currency) if said and said.fee_minor is not None else None
        found.append(
            AcceptedRow(
                code=plugin.code,
                title=str(plugin.title),
                method=plugin.method,
                way=plugin.way,
                is_accepted=said.is_accepted if said else True,
                fee=fee,
                fee_product=said.fee_product if said else "",
                since=said.valid_from if said else None,
            )
        )
    return found


def require_accepted(*, legal_entity_id: int, code: str, on: date) -> AcceptedRow:
    """The method as a company takes it. Raises Refusal `method.not_accepted`, NotFound `method.not_found`."""
    for row in list_accepted(legal_entity_id=legal_entity_id, on=on):
        if row.code == code:
            if not row.is_accepted:
                raise Refusal(
                    "method.not_accepted",
                    _("%(company)s does not take this method: %(method)s.")
                    % {"company": get_legal_entity(legal_entity_id=legal_entity_id).name, "method": row.title},
                    field="method",
                    cure=_("Offer one that it takes; Set-up, Methods of payment lists them."),
                )
            return row
    raise unknown_method(code)


def unknown_method(code: str) -> NotFound:
    """This installation has no such method."""
    return NotFound(
        "method.not_found", _("There is no method %(code)s here.") % {"code": repr(code)}, field="code",
        cure=_("Use one of: %(codes)s.") % {"codes": ", ".join(plugin.code for plugin in method_plugins())},
    )  # fmt: skip


def cheque_row(row: Cheque) -> ChequeRow:
    return ChequeRow(
        id=row.pk,
        legal_entity_id=row.legal_entity_id,
        account_id=row.account_id,
        payment_id=row.payment_id,
        number=row.number,
        bank_name=row.bank_name,
        drawer=row.drawer,
        drawn_on=row.drawn_on,
        amount=Money(row.amount_minor, row.currency),
        slip_id=row.slip_id,
        state=row.state,
        returned_on=row.returned_on,
        reason=row.reason,
        fee=Money(row.fee_minor, row.currency) if row.fee_minor is not None else None,
    )


def list_cheques(
    *,
    legal_entity_ids: Collection[int] | None = None,
    account_id: int | None = None,
    slip_id: int | None = None,
    state: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[ChequeRow]:
    """Cheques, the newest first."""
    rows = Cheque.objects.order_by("-id")
    if legal_entity_ids is not None:
        rows = rows.filter(legal_entity_id__in=list(legal_entity_ids))
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if slip_id is not None:
        rows = rows.filter(slip_id=slip_id)
    if state:
        rows = rows.filter(state=state)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [cheque_row(row) for row in rows[: min(limit, PAGE_MAX)]]


def get_cheque(cheque_id: int) -> ChequeRow:
    """One cheque. Raises NotFound `cheque.not_found`."""
    row = Cheque.objects.filter(pk=cheque_id).first()
    if row is None:
        raise NotFound("cheque.not_found", _("There is no such cheque."), field="cheque_id")
    return cheque_row(row)


def slip_rows(slips: Sequence[DepositSlip]) -> list[SlipRow]:
    """Deposit slips with what their cheques come to, in one query for all of them."""
    in_order = Sum("amount_minor", filter=~Q(state=ChequeState.RETURNED))
    cheques = Cheque.objects.filter(slip_id__in=[slip.pk for slip in slips]).values("slip_id")
    counted = {one["slip_id"]: (one["n"], one["total"] or 0) for one in cheques.annotate(n=Count("*"), total=in_order)}

    def one(slip: DepositSlip) -> SlipRow:
        count, in_cheques = counted.get(slip.pk, (0, 0))
        total = slip.cleared_minor if slip.cleared_minor is not None else in_cheques + slip.cash_minor
        return SlipRow(
            id=slip.pk,
            legal_entity_id=slip.legal_entity_id,
            bank_account_id=slip.bank_account_id,
            deposited_on=slip.deposited_on,
            cash=Money(slip.cash_minor, slip.currency),
            total=Money(total, slip.currency),
            cheque_count=count,
            state=slip.state,
            cleared_on=slip.cleared_on,
        )

    return [one(slip) for slip in slips]


def get_slip(slip_id: int) -> SlipRow:
    """One deposit slip. Raises NotFound `deposit_slip.not_found`."""
    row = DepositSlip.objects.filter(pk=slip_id).first()
    if row is None:
        raise NotFound("deposit_slip.not_found", _("There is no such deposit slip."), field="slip_id")
    return slip_rows([row])[0]


def list_slips(*, legal_entity_ids: Collection[int] | None = None, state: str = "", limit: int = 20) -> list[SlipRow]:
    """Deposit slips, the newest first."""
    rows = DepositSlip.objects.order_by("-id")
    if legal_entity_ids is not None:
        rows = rows.filter(legal_entity_id__in=list(legal_entity_ids))
    if state:
        rows = rows.filter(state=state)
    return slip_rows(list(rows[: min(limit, PAGE_MAX)]))


def taken_in(session_ids: Collection[int]) -> dict[int, int]:
    """What cash desks have taken, in minor units: their receipts that were not undone."""
    sources = {cash_source(id_): id_ for id_ in session_ids}
    receipts = Payment.objects.filter(source__in=list(sources), state=PaymentState.RECEIVED).values("source")
    return {sources[one["source"]]: one["total"] for one in receipts.annotate(total=Sum("amount_minor"))}


def cash_source(session_id: int) -> str:
    """How receipts name their cash desk."""
    return f"cash:{session_id}"


def session_rows(sessions: Sequence[CashSession]) -> list[CashSessionRow]:
    """Cash desks with what should be in each: of open ones what they have taken so far, in one query for all."""
    taken = taken_in([session.pk for session in sessions if session.expected_minor is None])

    def one(session: CashSession) -> CashSessionRow:
        expected = session.expected_minor
        if expected is None:
            expected = session.float_minor + taken.get(session.pk, 0)
        counted, difference = session.counted_minor, session.difference_minor
        return CashSessionRow(
            id=session.pk,
            legal_entity_id=session.legal_entity_id,
            desk=session.desk,
            float_amount=Money(session.float_minor, session.currency),
            expected=Money(expected, session.currency),
            counted=Money(counted, session.currency) if counted is not None else None,
            difference=Money(difference, session.currency) if difference is not None else None,
            slip_id=session.slip_id,
            state=session.state,
            note=session.note,
            opened_by=session.opened_by,
            opened_at=session.opened_at,
            closed_by=session.closed_by,
            closed_at=session.closed_at,
        )

    return [one(session) for session in sessions]


def get_cash_session(session_id: int) -> CashSessionRow:
    """One cash desk. Raises NotFound `cash_session.not_found`."""
    row = CashSession.objects.filter(pk=session_id).first()
    if row is None:
        raise NotFound("cash_session.not_found", _("There is no such cash desk."), field="cash_session_id")
    return session_rows([row])[0]


def list_cash_sessions(
    *,
    legal_entity_ids: Collection[int] | None = None,
    state: str = "",
    before_id: int | None = None,
    limit: int = 20,
) -> list[CashSessionRow]:
    """Cash desks, the newest first."""
    rows = CashSession.objects.order_by("-id")
    if legal_entity_ids is not None:
        rows = rows.filter(legal_entity_id__in=list(legal_entity_ids))
    if state:
        rows = rows.filter(state=state)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return session_rows(list(rows[: min(limit, PAGE_MAX)]))
