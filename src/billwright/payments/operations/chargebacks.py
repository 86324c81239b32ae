"""Writes of chargebacks: parts of the acts of `workflow.gateway_intake`; none of them is a verb."""

from __future__ import annotations

from datetime import date

from billwright.kernel.acts import Act
from billwright.kernel.errors import NotFound
from billwright.kernel.locking import lock_rows
from billwright.payments.gateway_rows import ChargebackRow, GatewayEventRow
from billwright.payments.gateway_states import CHARGEBACK
from billwright.payments.models import Chargeback
from billwright.payments.queries.gateways import chargeback_row


def add_chargeback(
    *, act: Act, gateway_id: int, event: GatewayEventRow, payment_id: int, account_id: int | None, on: date
) -> ChargebackRow:
    """Write a chargeback whose money has been taken out of the books."""
    assert event.amount is not None, "a chargeback without an amount waits"
    return chargeback_row(
        Chargeback.objects.create(
            gateway_id=gateway_id,
            chargeback_key=event.object_key,
            payment_id=payment_id,
            account_id=account_id,
            currency=event.amount.currency,
            amount_minor=event.amount.amount_minor,
            reason_code=event.code,
            reason=event.message,
            opened_on=on,
            deadline=event.deadline,
            recorded_at=act.at,
        )
    )


def may_end(row: ChargebackRow, *, is_won: bool) -> bool:
    """Whether a chargeback can still end so."""
    return CHARGEBACK.allows("win" if is_won else "lose", row.state)


def move_chargeback(
    *,
    act: Act,
    chargeback_id: int,
    verb: str,
    regained_by_id: int | None = None,
    evidence_file_id: int | None = None,
) -> ChargebackRow:
    """Move a chargeback by a verb of its machine. Raises NotFound, IllegalTransition."""
    found = lock_rows(Chargeback, [chargeback_id])
    if not found:
        raise NotFound("chargeback.not_found", "There is no such chargeback.", field="chargeback_id")
    [row] = found
    row.state = CHARGEBACK.enter(verb, row.state)
    row.regained_by_id = regained_by_id
    row.evidence_id = evidence_file_id or row.evidence_id
    row.decided_at = None if verb == "contest" else act.at
    row.save(update_fields=["state", "regained_by", "evidence", "decided_at"])
    return chargeback_row(row)
