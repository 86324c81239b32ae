"""Giving up claims, or small rests of money: rows, entries and cached amounts together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.bulk import insert_rows
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.ledger.operations import EntryDraft, Side, post_entry
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.receivables.models import OpenItem, SourceUse, UnallocatedCash, WriteOff
from billwright.receivables.operations.carrying import Carrying
from billwright.receivables.operations.settlement import AllocationDraft, cash_role, write_allocations
from billwright.receivables.rows import AllocationRow, WriteOffPart, WriteOffRow
from billwright.receivables.states import AllocationPolicy, UseKind, WriteOffKind


def _largest(arguments: Arguments) -> Money | None:
    """The largest single amount: what authority limits are asked about. A part without an amount is looked up."""
    parts: Sequence[WriteOffPart] = arguments["parts"]
    unsaid = {part.open_item_id for part in parts if part.amount is None}
    open_now = {item.pk: Money(item.open_minor, item.currency) for item in OpenItem.objects.filter(pk__among=unsaid)}
    amounts = [part.amount or open_now.get(part.open_item_id) for part in parts]
    known = [amount for amount in amounts if amount is not None]
    if len({amount.currency for amount in known}) != 1:
        return None
    return max(known, key=lambda amount: amount.amount_minor)


@verb(
    "open_item.write_off",
    subject=lambda _, answer: f"account:{answer[0].account_id}" if answer else "accounts:0",
    amount=_largest,
)
def write_off(
    *, act: Act, parts: Sequence[WriteOffPart], kind: WriteOffKind = WriteOffKind.BAD_DEBT, on: date
) -> tuple[WriteOffRow, ...]:
    """Give up what is open of claims, or the amounts named, as of a day; output tax stays as it was.

    The loss is booked to the account of its kind. It is taken back by unallocating it. Raises Refusal naming the
    part's row: unknown, a credit note, above what is open, another currency. The act needs a reason.
    """
    act.require_reason(
        "write_off.without_reason", _("Giving up a claim needs a reason."), cure=_("Say why nothing more will come.")
    )
    rows = write_off_parts(act=act, parts=parts, kinds=[kind] * len(parts), days=[on] * len(parts))
    note_change(after={"kind": kind, "write_offs": [_noted(row) for row in rows[:20]], "count": len(rows)})
    return tuple(rows)


def _noted(row: WriteOffRow) -> dict[str, object]:
    return {"write_off": row.write_off_id, "open_item": row.open_item_id, "amount": str(row.amount)}


def write_off_parts(
    *, act: Act, parts: Sequence[WriteOffPart], kinds: Sequence[WriteOffKind], days: Sequence[date]
) -> list[WriteOffRow]:
    """The write-off inside another act, any number at once, each of its own kind and as of its own day."""
    chosen, amounts = _checked(parts)
    later = [max(day, item.accounting_date) for day, item in zip(days, chosen, strict=True)]
    open_days = first_open_days({(item.legal_entity_id, day) for item, day in zip(chosen, later, strict=True)})
    ids = take_ids(table="receivables_write_off", count=len(parts))
    rows = [
        WriteOff(
            id=id_,
            account_id=item.account_id,
            legal_entity_id=item.legal_entity_id,
            kind=kind,
            payment_id=part.payment_id,
            currency=item.currency,
            amount_minor=amount_minor,
            accounting_date=open_days[item.legal_entity_id, day],
            reason=act.reason[:200],
            recorded_by=act.actor,
            recorded_at=act.at,
        )
        for id_, part, item, kind, day, amount_minor in zip(ids, parts, chosen, kinds, later, amounts, strict=True)
    ]
    insert_rows(WriteOff, rows)
    written = write_allocations(
        act=act,
        drafts=[
            AllocationDraft(item=item, write_off=row, amount_minor=row.amount_minor)
            for item, row in zip(chosen, rows, strict=True)
        ],
        policy=AllocationPolicy.WRITTEN_OFF,
    )
    return [_row(row, allocation) for row, allocation in zip(rows, written, strict=True)]


def _checked(parts: Sequence[WriteOffPart]) -> tuple[list[OpenItem], list[int]]:
    """The locked items of parts, and how much of each is given up, in minor units. Raises naming the row."""
    items = {item.pk: item for item in lock_rows(OpenItem, {part.open_item_id for part in parts})}
    left = {id_: item.open_minor for id_, item in items.items()}
    amounts = []
    for row, part in enumerate(parts, start=1):
        item = items.get(part.open_item_id)
        if item is None:
            raise NotFound("open_item.not_found", _("There is no such open item."), field="open_item_id", row=row)
        amounts.append(_amount(part, item, left[item.pk], row))
        left[item.pk] -= amounts[-1]
    return [items[part.open_item_id] for part in parts], amounts


def _amount(part: WriteOffPart, item: OpenItem, open_minor: int, row: int) -> int:
    if item.amount_minor <= 0 or open_minor <= 0:
        raise Refusal(
            "write_off.nothing_open",
            _("Nothing of this document is owed to us."),
            field="open_item_id",
            row=row,
            cure=_("Choose a claim that is still open."),
        )
    if part.amount is None:
        return open_minor
    if part.amount.currency != item.currency or not 0 < part.amount.amount_minor <= open_minor:
        raise Refusal(
            "write_off.exceeds_open",
            _("Only %(open)s of the item is open.") % {"open": Money(open_minor, item.currency)},
            field="amount",
            row=row,
            cure=_("Write off an amount above zero and at most that."),
        )
    return part.amount.amount_minor


def _row(row: WriteOff, allocation: AllocationRow) -> WriteOffRow:
    return WriteOffRow(
        write_off_id=row.pk,
        allocation_id=allocation.allocation_id,
        open_item_id=allocation.open_item_id,
        account_id=row.account_id,
        kind=WriteOffKind(row.kind),
        amount=allocation.amount,
        accounting_date=row.accounting_date,
        payment_id=row.payment_id,
        reason=row.reason,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def _left_of(arguments: Arguments) -> Money | None:
    cash = UnallocatedCash.objects.filter(pk=arguments["cash_id"]).first()
    return Money(cash.open_minor, cash.currency) if cash is not None else None


@verb(
    "unallocated_cash.write_off",
    subject=lambda arguments, _: f"unallocated_cash:{arguments['cash_id']}",
    amount=_left_of,
)
def write_off_rest(*, act: Act, cash_id: int, on: date) -> Money:
    """Keep what is left of a piece of cash, too little to send back, as a difference; returns the amount.

    Raises NotFound, and Refusal when nothing is left. The act needs a reason.
    """
    act.require_reason(
        "write_off.without_reason", _("Keeping money needs a reason."), cure=_("Say why it is not sent back.")
    )
    found = lock_rows(UnallocatedCash, [cash_id])
    if not found:
        raise NotFound("cash.not_found", _("There is no such piece of unallocated cash."), field="cash_id")
    [cash] = found
    if cash.open_minor == 0:
        raise Refusal("write_off.nothing_left", _("Nothing is left of this money."), field="cash_id")
    amount = Money(cash.open_minor, cash.currency)
    later = max(on, cash.accounting_date)
    day = first_open_days({(cash.legal_entity_id, later)})[cash.legal_entity_id, later]
    SourceUse.objects.create(
        account_id=cash.account_id,
        kind=UseKind.KEPT,
        cash=cash,
        amount_minor=amount.amount_minor,
        currency=cash.currency,
        accounting_date=day,
        entry_id=_post_rest(act, cash, amount, day),
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    cash.open_minor = 0
    cash.save(update_fields=["open_minor"])
    note_change(after={"amount": str(amount)}, effective_on=day)
    return amount


def _post_rest(act: Act, cash: UnallocatedCash, amount: Money, day: date) -> int:
    based = Carrying([cash]).leave(cash, amount.amount_minor)
    leaves = Side(amount, cash_role(cash), billing_account_id=cash.account_id, base_minor=based)
    kept = Side(-amount, LedgerRole.ROUNDING, billing_account_id=cash.account_id)
    return post_entry(
        act=act,
        draft=EntryDraft(
            legal_entity_id=cash.legal_entity_id,
            kind=EntryKind.WRITE_OFF,
            document_date=day,
            accounting_date=day,
            entry_key=f"unallocated_cash:{cash.pk}",
            sides=(leaves, replace(kept, base_minor=None if based is None else -based)),
            narration=act.reason[:200],
        ),
    )
