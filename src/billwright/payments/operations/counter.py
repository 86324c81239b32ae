"""Writes of the counter: parts of the acts of `workflow.counter`; none of them is a verb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_names, lock_rows
from billwright.kernel.money import Money
from billwright.ledger.operations import EntryDraft, Side, post_entries
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.payments.counter_states import CASH_SESSION, CHEQUE, DEPOSIT_SLIP, CashSessionState, ChequeState
from billwright.payments.models import AcceptedMethod, CashSession, Cheque, DepositSlip
from billwright.payments.queries.counter import (
    CashSessionRow,
    ChequeRow,
    SlipRow,
    cheque_row,
    session_rows,
    slip_rows,
    taken_in,
)


def write_accepted(
    *, act: Act, legal_entity_id: int, code: str, is_accepted: bool, fee: Money | None, fee_product: str,
    currency: str, valid_from: date,
) -> None:  # fmt: skip
    """Say whether a company takes a method from a day on."""
    AcceptedMethod.objects.create(
        legal_entity_id=legal_entity_id,
        code=code,
        is_accepted=is_accepted,
        currency=currency,
        fee_minor=fee.amount_minor if fee else None,
        fee_product=fee_product,
        valid_from=valid_from,
        recorded_by=act.actor,
        recorded_at=act.at,
    )


def add_cheque(
    *, act: Act, payment_id: int, legal_entity_id: int, account_id: int, amount: Money, number: str, bank_name: str,
    drawer: str, drawn_on: date,
) -> ChequeRow:  # fmt: skip
    """Keep a cheque beside its receipt; the same receipt has one."""
    row, _made = Cheque.objects.get_or_create(
        payment_id=payment_id,
        defaults={
            "legal_entity_id": legal_entity_id,
            "account_id": account_id,
            "number": number,
            "bank_name": bank_name,
            "drawer": drawer,
            "drawn_on": drawn_on,
            "currency": amount.currency,
            "amount_minor": amount.amount_minor,
            "recorded_by": act.actor,
            "recorded_at": act.at,
        },
    )
    return cheque_row(row)


def locked_cheques(cheque_ids: Sequence[int]) -> list[Cheque]:
    """Cheques that nobody else changes until the act is done. Raises NotFound when one is missing."""
    rows = lock_rows(Cheque, cheque_ids)
    if not rows or len(rows) != len(set(cheque_ids)):
        raise NotFound("cheque.not_found", _("There is no such cheque."), field="cheque_ids")
    return rows


def add_slip(
    *, act: Act, legal_entity_id: int, bank_account_id: int, currency: str, on: date, cheques: Sequence[Cheque],
    cash: Money,
) -> SlipRow:  # fmt: skip
    """Bring cheques and cash to the bank together. Raises IllegalTransition, Refusal naming the cheque's row."""
    for row, cheque in enumerate(cheques, start=1):
        CHEQUE.enter("deposit", cheque.state)
        if cheque.legal_entity_id != legal_entity_id or cheque.currency != currency:
            raise Refusal(
                "deposit_slip.other_cheque", _("This cheque is of another company or currency than the bank account."),
                field="cheque_ids", row=row, cure=_("Make a slip of its own for it."),
            )  # fmt: skip
        if cheque.drawn_on > on:
            raise Refusal(
                "deposit_slip.postdated", _("Cheque %(number)s is dated %(day)s.")
                % {"number": cheque.number, "day": cheque.drawn_on},
                field="cheque_ids", row=row, cure=_("Leave it out until its day: the bank would not pay it."),
            )  # fmt: skip
    slip = DepositSlip.objects.create(
        legal_entity_id=legal_entity_id,
        bank_account_id=bank_account_id,
        currency=currency,
        deposited_on=on,
        cash_minor=cash.amount_minor,
        made_by=act.actor,
        made_at=act.at,
    )
    for cheque in cheques:
        cheque.state, cheque.slip = CHEQUE.enter("deposit", cheque.state), slip
        cheque.save(update_fields=["state", "slip"])
    return slip_rows([slip])[0]


def clear_slip(*, act: Act, slip_id: int, on: date) -> SlipRow:
    """The bank has credited a slip: Dr bank / Cr bank clearing by its sum. Raises NotFound, IllegalTransition."""
    locked = lock_rows(DepositSlip, [slip_id])
    if not locked:
        raise NotFound("deposit_slip.not_found", _("There is no such deposit slip."), field="slip_id")
    [slip] = locked
    slip.state = DEPOSIT_SLIP.enter("clear", slip.state)
    cheques = lock_rows(Cheque, [cheque.pk for cheque in slip.cheques.filter(state=ChequeState.DEPOSITED)])
    for cheque in cheques:
        cheque.state = CHEQUE.enter("clear", cheque.state)
        cheque.save(update_fields=["state"])
    total = Money(slip.cash_minor + sum(cheque.amount_minor for cheque in cheques), slip.currency)
    if total:
        slip.entry_id = _move(
            act, slip.legal_entity_id, total, on, f"deposit_slip:{slip.pk}",
            to_role=LedgerRole.BANK, from_role=LedgerRole.BANK_CLEARING,
        )  # fmt: skip
    slip.cleared_on, slip.cleared_minor = on, total.amount_minor
    slip.save(update_fields=["state", "cleared_on", "cleared_minor", "entry_id"])
    return slip_rows([slip])[0]


def _move(
    act: Act, legal_entity_id: int, amount: Money, on: date, key: str, *, to_role: LedgerRole, from_role: LedgerRole
) -> int:
    day = first_open_days({(legal_entity_id, on)})[legal_entity_id, on]
    [entry_id] = post_entries(
        act=act,
        drafts=[
            EntryDraft(
                legal_entity_id=legal_entity_id,
                kind=EntryKind.TRANSFER,
                document_date=on,
                accounting_date=day,
                entry_key=key,
                sides=(Side(role=to_role, amount=amount), Side(role=from_role, amount=-amount)),
                narration=act.reason[:200],
            )
        ],
    )
    return entry_id


def return_cheque(*, act: Act, cheque: Cheque, on: date, fee: Money | None) -> ChequeRow:
    """It was not paid. One that had cleared leaves the bank again. Raises IllegalTransition."""
    if cheque.state == ChequeState.CLEARED:
        _move(
            act, cheque.legal_entity_id, Money(cheque.amount_minor, cheque.currency), on, f"cheque_return:{cheque.pk}",
            to_role=LedgerRole.BANK_CLEARING, from_role=LedgerRole.BANK,
        )  # fmt: skip
    cheque.state = CHEQUE.enter("return", cheque.state)
    cheque.returned_on, cheque.reason = on, act.reason[:200]
    cheque.fee_minor = fee.amount_minor if fee else None
    cheque.save(update_fields=["state", "returned_on", "reason", "fee_minor"])
    return cheque_row(cheque)


def open_session(*, act: Act, legal_entity_id: int, desk: str, float_amount: Money) -> CashSessionRow:
    """Open a desk. Raises Conflict while it is open, Refusal for a negative float."""
    if float_amount.amount_minor < 0:
        raise Refusal("cash_session.negative", _("A drawer holds nothing less than nothing."), field="float_amount")
    lock_names(f"cash_desk:{legal_entity_id}:{desk}")
    if CashSession.objects.filter(legal_entity_id=legal_entity_id, desk=desk, state=CashSessionState.OPEN).exists():
        raise Conflict(
            "cash_session.open", _("The desk %(desk)s is open already.") % {"desk": desk}, field="desk",
            cure=_("Count and close it first."),
        )  # fmt: skip
    session = CashSession.objects.create(
        legal_entity_id=legal_entity_id,
        desk=desk,
        currency=float_amount.currency,
        float_minor=float_amount.amount_minor,
        opened_by=act.actor,
        opened_at=act.at,
    )
    return session_rows([session])[0]


def locked_session(session_id: int) -> CashSession:
    """An open desk that nobody else changes until the act is done. Raises NotFound, IllegalTransition."""
    locked = lock_rows(CashSession, [session_id])
    if not locked:
        raise NotFound("cash_session.not_found", _("There is no such cash desk."), field="cash_session_id")
    CASH_SESSION.enter("close", locked[0].state)
    return locked[0]


def close_session(*, act: Act, session: CashSession, counted: Money, slip_id: int | None, on: date) -> CashSessionRow:
    """Close a counted desk; what is over or short is posted as a rounding difference of ours."""
    expected = session.float_minor + taken_in([session.pk]).get(session.pk, 0)
    difference = Money(counted.amount_minor - expected, session.currency)
    if difference:
        # Over: the drawer holds more than was taken. Short: the other way round, so the amount's sign does it.
        session.entry_id = _move(
            act, session.legal_entity_id, difference, on, f"cash_session:{session.pk}",
            to_role=LedgerRole.BANK_CLEARING, from_role=LedgerRole.ROUNDING,
        )  # fmt: skip
    session.state = CASH_SESSION.enter("close", session.state)
    session.expected_minor, session.counted_minor = expected, counted.amount_minor
    session.difference_minor, session.note = difference.amount_minor, act.reason[:200]
    session.slip_id = slip_id
    session.closed_by, session.closed_at = act.actor, act.at
    session.save()
    return session_rows([session])[0]
