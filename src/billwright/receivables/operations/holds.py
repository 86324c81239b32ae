"""Holds: reasons not to chase an item, placed and released, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.receivables.models import Hold, OpenItem
from billwright.receivables.policies import spread
from billwright.receivables.queries.holds import hold_row
from billwright.receivables.queries.items import open_item_ids
from billwright.receivables.rows import HoldRow
from billwright.receivables.states import HoldReason


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Why and how long something is held, and what asked for it."""

    reason: HoldReason
    valid_from: date
    valid_until: date | None
    source: str
    note: str


@verb("hold.place", subject=lambda arguments, _: f"open_item:{arguments['open_item_id']}")
def place_hold(
    *,
    act: Act,
    open_item_id: int,
    reason: HoldReason,
    valid_from: date,
    valid_until: date | None = None,
    amount: Money | None = None,
    source: str = "",
    note: str = "",
) -> HoldRow:
    """Keep an item, or an amount of it, from being chased from a day on, until a day (exclusive) or until released.

    The customer still owes it and it goes on ageing. `source` is the opaque key of what asked for it (`dispute:7`).
    Raises Refusal when the item is a credit note, the amount not positive or in another currency, the period empty.
    """
    items = lock_rows(OpenItem, [open_item_id])
    if not items:
        raise NotFound("open_item.not_found", _("There is no such open item."), field="open_item_id")
    [item] = items
    _refuse_unfit(item, amount, valid_from, valid_until)
    wanted = _Wanted(reason, valid_from, valid_until, source, note)
    hold = _place(act, item, wanted, amount.amount_minor if amount is not None else None)
    note_change(after={"hold": hold.hold_id, "reason": reason, "amount": str(amount or "all")}, effective_on=valid_from)
    return hold


@verb("hold.place_on_document", subject=lambda arguments, _: f"invoice:{arguments['invoice_id']}")
def hold_document(
    *,
    act: Act,
    invoice_id: int,
    reason: HoldReason,
    valid_from: date,
    valid_until: date | None = None,
    amount: Money | None = None,
    source: str = "",
    note: str = "",
) -> tuple[HoldRow, ...]:
    """Hold a document whatever it is due in: each of its items, or an amount of it, those due first first.

    An amount lies on what is open; what exceeds it lies on the last item. Raises what `place_hold` raises, and NotFound
    for a draft.
    """
    items = lock_rows(OpenItem, open_item_ids([invoice_id]).get(invoice_id, ()))
    if not items:
        raise NotFound("open_item.not_found", _("The document has no open item."), field="invoice_id")
    _refuse_unfit(items[0], amount, valid_from, valid_until)
    wanted = _Wanted(reason, valid_from, valid_until, source, note)
    if amount is None:
        holds = [_place(act, item, wanted, None) for item in items]
    else:
        shares = spread(amount.amount_minor, [item.open_minor for item in items])
        holds = [_place(act, item, wanted, share) for item, share in zip(items, shares, strict=True) if share]
    note_change(
        after={"holds": [hold.hold_id for hold in holds], "reason": reason, "amount": str(amount or "all")},
        effective_on=valid_from,
    )
    return tuple(holds)


def _place(act: Act, item: OpenItem, wanted: _Wanted, amount_minor: int | None) -> HoldRow:
    hold = Hold.objects.create(
        open_item=item,
        reason=wanted.reason,
        amount_minor=amount_minor,
        source=wanted.source,
        note=wanted.note,
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        placed_by=act.actor,
        recorded_at=act.at,
    )
    return hold_row(hold, currency=item.currency)


def _refuse_unfit(item: OpenItem, amount: Money | None, valid_from: date, valid_until: date | None) -> None:
    if item.amount_minor <= 0:
        raise Refusal(
            "hold.on_credit",
            _("A credit note is never chased, so it cannot be held."),
            field="open_item_id",
            cure=_("Hold the invoice that it corrects."),
        )
    if amount is not None and (amount.currency != item.currency or amount.amount_minor <= 0):
        raise Refusal(
            "hold.amount",
            _("A hold is an amount above zero in %(currency)s.") % {"currency": item.currency},
            field="amount",
            cure=_("Leave the amount out to hold all of the item."),
        )
    if valid_until is not None and valid_until <= valid_from:
        raise Refusal(
            "hold.period",
            _("A hold ends after the day on which it begins."),
            field="valid_until",
            cure=_("Leave the end out to hold until it is released."),
        )


@verb("hold.release", subject=lambda arguments, _: f"hold:{arguments['hold_id']}")
def release_hold(*, act: Act, hold_id: int, on: date) -> HoldRow:
    """End a hold on a day: from then on the item is chased again. The row is superseded, not changed.

    Raises NotFound, or Conflict when it has been released or changed before.
    """
    rows = lock_rows(Hold, [hold_id])
    if not rows:
        raise NotFound("hold.not_found", _("There is no such hold."), field="hold_id")
    [hold] = rows
    ended = hold.valid_until is not None and hold.valid_until <= on
    if hold.superseded_at is not None or ended:
        raise Conflict("hold.ended", _("This hold is not in force any more."), field="hold_id")
    hold.superseded_at = act.at
    hold.superseded_by = act.actor
    hold.save(update_fields=["superseded_at", "superseded_by"])
    released = ended_hold(hold, act=act, on=on)
    released.save(force_insert=True)
    currency = OpenItem.objects.values_list("currency", flat=True).get(pk=hold.open_item_id)
    note_change(before={"hold": hold.pk}, after={"hold": released.pk, "until": str(on)}, effective_on=on)
    return hold_row(released, currency=currency)


def ended_hold(hold: Hold, *, act: Act, on: date) -> Hold:
    """The version of a hold that ends on a day, not before it began; to be written in the place of the one in force."""
    return Hold(
        open_item_id=hold.open_item_id,
        reason=hold.reason,
        amount_minor=hold.amount_minor,
        source=hold.source,
        note=hold.note,
        valid_from=hold.valid_from,
        valid_until=max(on, hold.valid_from),
        placed_by=hold.placed_by,
        recorded_at=act.at,
    )
