"""Collections followed: what a gateway tells of a debit of a token is entered on the collection that asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from billwright.kernel.acts import Act
from billwright.payments.gateway_rows import GatewayEventRow
from billwright.payments.operations.collections import lock_collections, lock_referred_to, move_collections
from billwright.payments.queries.collections import collections_by_reference
from billwright.payments.rules import CodeMeaning as CodeKind
from billwright.payments.states import CollectionState, FailurePlan
from billwright.receivables.operations import release_collections
from billwright.workflow.collecting.outcomes import close_if_done, record_failure

if TYPE_CHECKING:
    from billwright.payments.models import Collection

# What a gateway says without a code of its network; the rules know no code of this name, so a person looks.
NO_CODE: Final = "DECLINED"


def free_held(*, act: Act, references: Mapping[str, date]) -> list[Collection]:
    """Release what debits hold that have succeeded, so that their receipts can settle it; returns the debits, locked.

    They and their runs are locked before what they hold, as by everybody who settles a debit.
    """
    debits = lock_referred_to(references)
    held = [row for row in debits if row.state == CollectionState.SUBMITTED]
    if held:
        days = [references[row.end_to_end] for row in held]
        release_collections(act=act, collection_ids=[row.pk for row in held], on=max(days))
    return debits


def note_paid(*, act: Act, debits: Sequence[Collection], receipts: Mapping[str, int]) -> None:
    """Enter PAID for locked debits, each with the receipt of its reference; told again it changes nothing."""
    open_states = (CollectionState.SUBMITTED, CollectionState.FAILED)
    rows = [row for row in debits if row.state in open_states]
    if rows:
        values = {row.pk: {"payment_id": receipts[row.end_to_end]} for row in rows}
        move_collections(act=act, rows=rows, verb="settle", values=values)
        for run_id in sorted({row.run_id for row in rows if row.run_id is not None}):
            close_if_done(act, run_id)


def note_failed(*, act: Act, events: Mapping[str, GatewayEventRow], on: date) -> None:
    """Record failures of debits by reference, with code and network: the rules say what follows.

    Not of one that was paid: the gateway told of both, and its success counts, whoever is first at the debit.
    """
    # All of them at once: one after the other, those of a later run would be waited for with an earlier one's in hand.
    for row in lock_referred_to(events):
        if row.state == CollectionState.SUBMITTED:
            event = events[row.end_to_end]
            record_failure(
                act=act.nested(),
                collection_id=row.pk,
                code=event.code or NO_CODE,
                on=on,
                text=event.message,
                scheme=event.network,
            )


def note_taken_back(*, act: Act, reference: str, event: GatewayEventRow, on: date) -> None:
    """Enter RETURNED for a debit that was charged back: disputed, to be answered before anything else."""
    row = collections_by_reference([reference]).get(reference)
    if row is None or row.state != CollectionState.PAID:
        return
    values = {
        "code": event.code[:20],
        "kind": str(CodeKind.DISPUTED),
        "says": event.message[:300],
        "failed_on": on,
        "plan": FailurePlan.ANSWER,
    }
    move_collections(act=act, rows=lock_collections([row.id]), verb="return", values={row.id: values})
