"""Allocating money and credit to open items: by hand, as the payer said, by a standing policy; and undoing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import connection
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.models import OpenItem, UnallocatedCash
from billwright.receivables.operations.cash import write_moves
from billwright.receivables.operations.settlement import (
    AllocationDraft,
    lock_sources_and_items,
    reverse_allocations,
    write_allocations,
)
from billwright.receivables.queries.items import open_item_ids
from billwright.receivables.rows import AllocationPart, AllocationRow
from billwright.receivables.states import AllocationPolicy

# What is still open of an item, or left of a source, while an act is reckoned.
Left = dict[tuple[str, int], int]


def _subject(_arguments: Arguments, answer: Sequence[AllocationRow]) -> str:
    accounts = sorted({row.account_id for row in answer})
    return f"account:{accounts[0]}" if len(accounts) == 1 else f"accounts:{len(accounts)}"


def _noted(rows: Sequence[AllocationRow]) -> list[dict[str, object]]:
    """The allocations of a small act one by one; a large act is told by its rows."""
    return [
        {
            "allocation": row.allocation_id,
            "open_item": row.open_item_id,
            "cash": row.cash_id,
            "credit_item": row.credit_item_id,
            "amount": str(row.amount),
        }
        for row in rows[:20]
    ]


@verb("open_item.allocate", subject=_subject)
def allocate(
    *, act: Act, parts: Sequence[AllocationPart], policy: AllocationPolicy = AllocationPolicy.BY_HAND
) -> tuple[AllocationRow, ...]:
    """Allocate parts of cash or credit notes to parts of any open items, also of other accounts.

    Cash that another company of the group holds is brought over through the clearing between both, and settles there.
    A part that names a document settles its items, that due first first. Raises Refusal naming the part's row: unknown,
    above what is open or left, another currency, a credit note of another company, or as the target.
    """
    rows = allocate_parts(act=act, parts=parts, policy=policy)
    note_change(after={"allocations": _noted(rows), "count": len(rows)})
    return tuple(rows)


def allocate_parts(
    *, act: Act, parts: Sequence[AllocationPart], policy: AllocationPolicy, as_far_as_possible: bool = False
) -> list[AllocationRow]:
    """The allocation inside another act. `as_far_as_possible`: a part without an amount may come to nothing."""
    named = [part.invoice_id for part in parts if part.invoice_id is not None]
    items_of = open_item_ids(named) if named else {}
    wanted = [_target_ids(part, items_of, row) for row, part in enumerate(parts, start=1)]
    cash, items = lock_sources_and_items(
        cash_ids=[part.cash_id for part in parts],
        item_ids=[*(id_ for ids in wanted for id_ in ids), *(part.credit_item_id for part in parts)],
    )
    left: Left = {("cash", id_): row.open_minor for id_, row in cash.items()}
    left |= {("item", id_): abs(row.open_minor) for id_, row in items.items()}
    parts = _brought_over(act, parts, wanted, cash, items, left)
    drafts: list[AllocationDraft] = []
    for row, (part, ids) in enumerate(zip(parts, wanted, strict=True), start=1):
        targets, source = _sides(part, ids, cash, items, row)
        drafts += _settled(part, targets, source, left, row, as_far_as_possible=as_far_as_possible)
    return write_allocations(act=act, drafts=drafts, policy=policy)


def _brought_over(
    act: Act,
    parts: Sequence[AllocationPart],
    wanted: Sequence[tuple[int, ...]],
    cash: dict[int, UnallocatedCash],
    items: dict[int, OpenItem],
    left: Left,
) -> list[AllocationPart]:
    """The parts, with money of another company replaced by the piece that it is on the account of its item."""
    moves: dict[int, tuple[UnallocatedCash, int | None, Money]] = {}
    spoken_for = dict(left)
    for place, (part, ids) in enumerate(zip(parts, wanted, strict=True)):
        source, targets = cash.get(part.cash_id or 0), [items[id_] for id_ in ids if id_ in items]
        if source is None or not targets or not _is_between(source, targets[0]):
            continue
        currency, open_minor = source.currency, sum(spoken_for["item", item.pk] for item in targets)
        amount_minor = _amount(part, currency, open_minor, spoken_for["cash", source.pk], place + 1)
        _refuse_excess(part, amount_minor, currency, open_minor, spoken_for["cash", source.pk], place + 1)
        moves[place] = (source, targets[0].account_id, Money(amount_minor, currency))
        spoken_for["cash", source.pk] -= amount_minor
        for item in targets:
            taken = min(amount_minor, spoken_for["item", item.pk])
            spoken_for["item", item.pk] -= taken
            amount_minor -= taken
    brought = list(parts)
    pieces = write_moves(act, list(moves.values())) if moves else []
    for (place, (source, _account, amount)), piece in zip(moves.items(), pieces, strict=True):
        cash[piece.pk] = piece
        left["cash", piece.pk] = amount.amount_minor
        left["cash", source.pk] -= amount.amount_minor
        brought[place] = replace(parts[place], cash_id=piece.pk, amount=amount)
    return brought


def _is_between(source: UnallocatedCash, item: OpenItem) -> bool:
    """Whether the money is held by another company than the claim's, and fit for it otherwise."""
    fits = source.currency == item.currency and item.amount_minor > 0
    return fits and source.legal_entity_id != item.legal_entity_id


def _target_ids(part: AllocationPart, items_of: Mapping[int, tuple[int, ...]], row: int) -> tuple[int, ...]:
    """The items that a part settles, in order."""
    if (part.open_item_id is None) == (part.invoice_id is None):
        raise Refusal(
            "allocation.one_target",
            _("An allocation settles an open item or a document."),
            field="open_item_id",
            row=row,
            cure=_("Give open_item_id or invoice_id."),
        )
    if part.open_item_id is not None:
        return (part.open_item_id,)
    ids = items_of.get(part.invoice_id or 0, ())
    if not ids:
        raise NotFound("open_item.not_found", _("The document has no open item."), field="invoice_id", row=row)
    return ids


def _settled(
    part: AllocationPart,
    targets: Sequence[OpenItem],
    source: UnallocatedCash | OpenItem,
    left: Left,
    row: int,
    *,
    as_far_as_possible: bool,
) -> list[AllocationDraft]:
    """What a part takes from its source for its items, in their order; `left` is lowered by it."""
    is_cash = isinstance(source, UnallocatedCash)
    source_key = ("cash" if is_cash else "item", source.pk)
    currency, open_minor = targets[0].currency, sum(left["item", item.pk] for item in targets)
    amount_minor = _amount(part, currency, open_minor, left[source_key], row)
    if amount_minor == 0 and as_far_as_possible:
        return []
    _refuse_excess(part, amount_minor, currency, open_minor, left[source_key], row)
    left[source_key] -= amount_minor
    drafts = []
    for item in targets:
        taken = min(amount_minor, left["item", item.pk])
        if taken:
            cash, credit = (source, None) if isinstance(source, UnallocatedCash) else (None, source)
            drafts.append(AllocationDraft(item=item, cash=cash, credit=credit, amount_minor=taken))
        left["item", item.pk] -= taken
        amount_minor -= taken
    return drafts


def _sides(
    part: AllocationPart,
    target_ids: tuple[int, ...],
    cash: dict[int, UnallocatedCash],
    items: dict[int, OpenItem],
    row: int,
) -> tuple[list[OpenItem], UnallocatedCash | OpenItem]:
    """The targets and the source of a part, each of a kind that can play its role, and fit for one another."""
    if (part.cash_id is None) == (part.credit_item_id is None):
        raise Refusal(
            "allocation.one_source",
            _("An allocation has one source: a piece of cash or a credit note."),
            field="cash_id",
            row=row,
            cure=_("Give cash_id or credit_item_id."),
        )
    targets = [items[id_] for id_ in target_ids if id_ in items]
    if not targets:
        raise NotFound("open_item.not_found", _("There is no such open item."), field="open_item_id", row=row)
    source = cash.get(part.cash_id) if part.cash_id is not None else items.get(part.credit_item_id or 0)
    if source is None:
        field = "cash_id" if part.cash_id is not None else "credit_item_id"
        raise NotFound("allocation.source_not_found", _("There is no such money or credit."), field=field, row=row)
    # A document's items are alike in all but amount and due date.
    _refuse_role(targets[0], source, row)
    _refuse_unlike(targets[0], source, row)
    return targets, source


def _refuse_role(item: OpenItem, source: UnallocatedCash | OpenItem, row: int) -> None:
    if item.amount_minor <= 0:
        raise Refusal(
            "allocation.target_is_credit",
            _("A credit note is not a claim: nothing can be allocated to it."),
            field="open_item_id",
            row=row,
            cure=_("Use it as the source, or refund it."),
        )
    if isinstance(source, OpenItem) and source.amount_minor >= 0:
        raise Refusal(
            "allocation.source_is_claim",
            _("An invoice cannot settle another document."),
            field="credit_item_id",
            row=row,
            cure=_("Choose a credit note or a piece of unallocated cash."),
        )


def _refuse_unlike(item: OpenItem, source: UnallocatedCash | OpenItem, row: int) -> None:
    if source.currency != item.currency:
        raise Refusal(
            "allocation.other_currency",
            _("Money in %(source)s cannot settle an item in %(item)s.")
            % {"source": source.currency, "item": item.currency},
            field="open_item_id",
            row=row,
            cure=_("Choose an item in the currency of the money, or change the money into the item's first."),
        )
    if source.legal_entity_id != item.legal_entity_id:
        raise Refusal(
            "allocation.other_entity",
            _("The item belongs to another legal entity than the credit note."),
            field="open_item_id",
            row=row,
            cure=_(
                "Only money goes from one company to another: refund the credit note, or settle an item of its own."
            ),
        )


def _amount(part: AllocationPart, currency: str, open_minor: int, left_minor: int, row: int) -> int:
    if part.amount is None:
        return min(open_minor, left_minor)
    if part.amount.currency != currency:
        raise Refusal(
            "allocation.other_currency",
            _("The amount is in %(given)s, the item in %(item)s.") % {"given": part.amount.currency, "item": currency},
            field="amount",
            row=row,
            cure=_("Give the amount in the currency of the item."),
        )
    return part.amount.amount_minor


def _refuse_excess(
    part: AllocationPart, amount_minor: int, currency: str, open_minor: int, left_minor: int, row: int
) -> None:
    if amount_minor < 0 or (amount_minor == 0 and part.amount is not None):
        raise Refusal(
            "allocation.not_positive",
            _("An allocation is above zero."),
            field="amount",
            row=row,
            cure=_("To take one back, unallocate it."),
        )
    if amount_minor > open_minor or open_minor == 0:
        raise Refusal(
            "allocation.exceeds_open",
            _("Only %(open)s of the item is open.") % {"open": Money(open_minor, currency)},
            field="amount",
            row=row,
            cure=_("Allocate at most that; the rest stays as unallocated money."),
        )
    if amount_minor > left_minor or left_minor == 0:
        raise Refusal(
            "allocation.exceeds_left",
            _("Only %(left)s of the money is left.") % {"left": Money(left_minor, currency)},
            field="amount",
            row=row,
            cure=_("Allocate at most that, or unallocate something first."),
        )


@verb("open_item.allocate_by_policy", subject=_subject)
def allocate_by_policy(*, act: Act, cash_ids: Sequence[int], policy: AllocationPolicy) -> tuple[AllocationRow, ...]:
    """Let a standing policy decide what pieces of cash settle on their own accounts; what no item wants stays."""
    rows = distribute_cash(act=act, cash_ids=cash_ids, policy=policy)
    note_change(after={"policy": policy, "allocations": _noted(rows), "count": len(rows)})
    return tuple(rows)


def distribute_cash(*, act: Act, cash_ids: Sequence[int], policy: AllocationPolicy) -> list[AllocationRow]:
    """The standing policy inside another act. Raises Refusal for a policy that only a person can carry out."""
    if policy not in (AllocationPolicy.OLDEST_FIRST, AllocationPolicy.COSTS_INTEREST_PRINCIPAL):
        raise Refusal(
            "allocation.not_a_standing_policy",
            _("%(policy)s does not decide by itself.") % {"policy": policy},
            field="policy",
            cure=_("Choose OLDEST_FIRST or COSTS_INTEREST_PRINCIPAL, or name the items."),
        )
    pieces = {row.pk: row for row in lock_rows(UnallocatedCash, cash_ids)}
    with connection.cursor() as cursor:
        accounts = sorted({row.account_id for row in pieces.values() if row.account_id is not None})
        step("billwright.receivables", "lock_claims").run(cursor, {"account_ids": accounts})
        shares = step("billwright.receivables", "distribute_cash").rows(
            cursor, {"cash_ids": list(pieces), "policy": str(policy)}
        )
    wanted = OpenItem.objects.filter(pk__among={item_id for _cash_id, item_id, _amount in shares})
    items = {item.pk: item for item in wanted}
    drafts = [
        AllocationDraft(item=items[item_id], cash=pieces[cash_id], amount_minor=amount_minor)
        for cash_id, item_id, amount_minor in shares
    ]
    return write_allocations(act=act, drafts=drafts, policy=policy)


@verb("open_item.unallocate", subject=_subject)
def unallocate(*, act: Act, allocation_ids: Sequence[int]) -> tuple[AllocationRow, ...]:
    """Take allocations back: the item is open again and the money or credit unallocated.

    Nothing is overwritten: each is answered by a row and an entry of the opposite sign, on its own day while that
    period is open, else on the first open day. Raises NotFound or Conflict.
    """
    rows = reverse_allocations(act=act, allocation_ids=allocation_ids)
    note_change(after={"reversals": _noted(rows), "reversed": list(allocation_ids)[:20], "count": len(rows)})
    return tuple(rows)
