"""Payouts: read from the gateway, held against the books and against the bank, and what is left over is work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.gateway_rows import PayoutRow
from billwright.payments.gateway_states import PayoutState
from billwright.payments.operations import payouts as operations
from billwright.payments.ports.gateways import PayoutIn, gateway_of_kind
from billwright.payments.queries import get_payment
from billwright.payments.queries.gateways import config_of, get_gateway, get_payout, known_payouts
from billwright.payments.states import ReturnKind
from billwright.workflow.payment_intake import return_payment


def _subject(arguments: Arguments, _answer: object) -> str:
    return f"payout:{arguments['payout_id']}"


def read_payouts(*, act: Act, gateway_id: int, since: date) -> tuple[PayoutRow, ...]:
    """Read payouts since a day that are not here yet; each is one transaction, and one that is refused stops no other.

    To be called outside a transaction. Raises Refusal where the gateway does not answer, and what the first payout was
    refused for, by the database too, once all others are read.
    """
    gateway = get_gateway(gateway_id)
    connector, config = gateway_of_kind(gateway.kind), config_of(gateway_id)
    named = {payout.payout_key for payout in connector.list_payouts(config, since=since)}
    rows: list[PayoutRow] = []
    refused: list[Exception] = []
    for key in sorted(named - known_payouts(gateway_id) - {""}):
        try:
            payout = connector.read_payout(config, key)
            with transaction.atomic():
                rows.append(record_payout(act=act, gateway_id=gateway_id, payout=payout))
        except (Refusal, DatabaseError) as refusal:
            refused.append(refusal)
    if refused:
        raise refused[0]
    return tuple(rows)


@verb("payout.record", subject=lambda _arguments, row: f"payout:{row.id}")
def record_payout(*, act: Act, gateway_id: int, payout: PayoutIn) -> PayoutRow:
    """Write a payout once, book what the gateway kept, and hold it against the books and the bank."""
    row = operations.add_payout(act=act, gateway=get_gateway(gateway_id), payout=payout)
    return row if row.state in _DONE else _reconciled(act, row)


@verb("payout.reconcile", subject=_subject)
def reconcile_payout(*, act: Act, payout_id: int, bank_entry_id: int | None = None) -> PayoutRow:
    """Hold a payout against the books and the bank again; `bank_entry_id` says which entry it is.

    Raises NotFound, Refusal `payout.entry_unfit`, IllegalTransition when it is done.
    """
    return _reconciled(act, get_payout(payout_id), bank_entry_id)


_DONE = (PayoutState.RECONCILED, PayoutState.RESOLVED)


def _reconciled(act: Act, row: PayoutRow, bank_entry_id: int | None = None) -> PayoutRow:
    gateway = get_gateway(row.gateway_id)
    found = operations.find_deposit(payout_id=row.id, gateway=gateway, bank_entry_id=bank_entry_id)
    if found is not None:
        if found.in_suspense is not None:
            # It was taken for a receipt of somebody unknown; it is money that is in the books already.
            return_payment(
                act=replace(act.nested(), reason=_("It is the payout %(key)s.") % {"key": row.payout_key}),
                payment_id=found.in_suspense,
                value_date=get_payment(found.in_suspense).value_date,
                kind=ReturnKind.RECORDED_WRONGLY,
            )
        operations.enter_deposit(act=act, payout_id=row.id, gateway=gateway, bank_entry_id=found.bank_entry_id)
    ended = operations.end_payout(payout_id=row.id, gateway=gateway)
    note_change(after={"payout": row.payout_key, "state": ended.state, "remainder": str(ended.remainder)})
    return ended


def _remainder(arguments: Arguments) -> Money:
    return abs(get_payout(arguments["payout_id"]).remainder)


@verb("payout.resolve", subject=_subject, amount=_remainder)
def resolve_payout(*, act: Act, payout_id: int, on: date, is_charge: bool = False) -> PayoutRow:
    """Say why a remainder is there: the act's reason. `is_charge` books it as a charge of the gateway, on a day.

    Otherwise it stays in bank clearing until whatever explains it is booked. Raises NotFound, Refusal,
    IllegalTransition.
    """
    act.require_reason("payout.without_reason", _("Say what the remainder is."))
    row = get_payout(payout_id)
    ended = operations.resolve_payout(
        act=act, payout_id=payout_id, gateway=get_gateway(row.gateway_id), is_charge=is_charge, on=on
    )
    note_change(before={"state": row.state}, after={"state": ended.state, "charge": is_charge}, effective_on=on)
    return ended


@verb("payout.assign", subject=_subject)
def assign_payout(*, act: Act, payout_id: int, owner: str) -> PayoutRow:
    """Say who looks into a payout; empty: nobody. Raises NotFound."""
    row = operations.assign_payout(payout_id=payout_id, owner=owner)
    note_change(after={"owner": row.owner})
    return row
