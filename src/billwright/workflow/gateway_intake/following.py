"""Collections followed: what a gateway tells of a debit of a token is entered on the collection that asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from billwright.kernel.acts import Act
from billwright.payments.gateway_rows import GatewayEventRow
from billwright.payments.operations.collections import lock_collections, move_collections
from billwright.payments.queries.collections import collections_by_reference, get_collection
from billwright.payments.rules import CodeMeaning as CodeKind
from billwright.payments.states import CollectionState, FailurePlan
from billwright.receivables.operations import release_collections
from billwright.workflow.collecting.outcomes import close_if_done, record_failure

# What a gateway says without a code of its network; the rules know no code of this name, so a person looks.
NO_CODE: Final = "DECLINED"


def free_held(*, act: Act, references: Mapping[str, date]) -> None:
    """Release what debits hold that have succeeded, so that their receipts can settle it.

    They and their runs are locked before what they hold, as by everybody who settles a debit.
    """
    rows = lock_collections(row.id for row in collections_by_reference(list(references)).values())
    held = [row for row in rows if row.state == CollectionState.SUBMITTED]
    if held:
        days = [references[row.end_to_end] for row in held]
        release_collections(act=act, collection_ids=[row.pk for row in held], on=max(days))


def note_paid(*, act: Act, receipts: Mapping[str, int]) -> None:
    """Enter PAID for the debits of these references, each with its receipt; told again it changes nothing."""
    known = collections_by_reference(list(receipts))
    open_states = (CollectionState.SUBMITTED, CollectionState.FAILED)
    ids = [row.id for row in known.values() if row.state in open_states]
    if ids:
        rows = lock_collections(ids)
        values = {row.pk: {"payment_id": receipts[get_collection(row.pk).end_to_end]} for row in rows}
        move_collections(act=act, rows=rows, verb="settle", values=values)
        for run_id in sorted({row.run_id for row in rows if row.run_id is not None}):
            close_if_done(act, run_id)


def note_failed(*, act: Act, events: Mapping[str, GatewayEventRow], on: date) -> None:
    """Record failures of debits by reference, with code and network: the rules say what follows."""
    known = collections_by_reference(list(events))
    # All of them at once: one after the other, those of a later run would be waited for with an earlier one's in hand.
    lock_collections(row.id for row in known.values())
    for reference, row in known.items():
        if row.state == CollectionState.SUBMITTED:
            event = events[reference]
            record_failure(
                act=act.nested(),
                collection_id=row.id,
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
