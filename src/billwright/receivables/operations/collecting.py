"""Which open items a debit is for: held while it is on its way, free again when it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_rows
from billwright.kernel.locking import lock_rows
from billwright.kernel.numbering import take_ids
from billwright.receivables.models import CollectionItem, Hold
from billwright.receivables.operations.holds import ended_hold
from billwright.receivables.queries.collecting import source_of
from billwright.receivables.states import HoldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedPart:
    """How much of an open item a debit is for, in minor units."""

    collection_id: int
    open_item_id: int
    amount_minor: int


def hold_for_collections(*, act: Act, parts: Sequence[CollectedPart], on: date) -> None:
    """Keep what debits are for from being chased, or collected once more, from a day on."""
    ids = take_ids(table="receivables_hold", count=len(parts))
    insert_rows(
        Hold,
        [
            Hold(
                id=id_,
                open_item_id=part.open_item_id,
                reason=HoldReason.PAYMENT_IN_CLEARING,
                amount_minor=part.amount_minor,
                source=source_of(part.collection_id),
                valid_from=on,
                placed_by=act.actor,
                recorded_at=act.at,
            )
            for id_, part in zip(ids, parts, strict=True)
        ],
    )
    insert_rows(
        CollectionItem,
        [
            CollectionItem(
                collection_id=part.collection_id,
                open_item_id=part.open_item_id,
                hold_id=id_,
                amount_minor=part.amount_minor,
            )
            for id_, part in zip(ids, parts, strict=True)
        ],
    )


def release_collections(*, act: Act, collection_ids: Sequence[int], on: date) -> int:
    """End the holds of debits that were paid, failed or taken out; returns how many.

    The rows are superseded, not changed. A hold that was released before stays as it is.
    """
    hold_ids = CollectionItem.objects.filter(collection_id__in=collection_ids).values_list("hold_id", flat=True)
    held = [hold for hold in lock_rows(Hold, list(hold_ids)) if hold.superseded_at is None]
    Hold.objects.filter(pk__in=[hold.pk for hold in held]).update(superseded_at=act.at, superseded_by=act.actor)
    insert_rows(Hold, [ended_hold(hold, act=act, on=on) for hold in held])
    return len(held)
