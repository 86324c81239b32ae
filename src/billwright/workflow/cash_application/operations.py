"""The verbs of matching: look at receipts, accept, reject, take back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.bulk import as_array, no_collection
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import MatchDraft, MatchRow
from billwright.receivables.queries import get_cash, get_match, get_matches, get_settled
from billwright.receivables.states import MatchDecision, WriteOffKind
from billwright.workflow.cash_application.at_once import carry_out_found
from billwright.workflow.cash_application.looking import find
from billwright.workflow.cash_application.receipts import Receipt, read_step
from billwright.workflow.cash_application.settling import Order, carry_out, learn, order_of, require_limit

BATCH = 15_000
# A run over many receipts goes payer by payer in so many shares, however many workers there are: each share is looked
# at in one order, with what was learned in it before, so that one worker and four find the same. Only where receipts of
# two shares want the same item is it whose share came first that has it.
SHARES = 8


def shares_of(worker: int, workers: int) -> range:
    """The shares of a run that one of several workers looks at, from 0, in their order."""
    return range(worker, SHARES, workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedBatch:
    """What a batch came to. `receipts` is 0 once everything was looked at.

    `put_off`: receipts whose items somebody else held just then; a later batch of the run looks at them.
    """

    receipts: int
    proposed: int
    posted: int
    match_ids: tuple[int, ...]
    put_off: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenItem:
    """An item that a person chose, how much of the money goes to it, and how much is given up."""

    open_item_id: int
    amount: Money
    write_off: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which receipts a batch looks at: named ones, or all that wait in entities; of these one share of their payers."""

    payment_ids: tuple[int, ...] | None = None
    cash_ids: tuple[int, ...] | None = None
    legal_entity_ids: tuple[int, ...] | None = None
    share: int = 0
    share_count: int = 1
    limit: int = BATCH


@verb(
    "match.run",
    subject=lambda arguments, _: f"match_run:{arguments['run_key']}",
    did=lambda batch: batch.receipts,
)
def match_batch(*, act: Act, run_key: str, wanted: Wanted, on: date, auto: bool | None = None) -> MatchedBatch:
    """Look at the next receipts with something left that this run has not seen, and keep what was found.

    `auto`: what a reference, a number in the text, or same payer and amount decide is allocated at once; false: only
    proposed; none: as the company's rule says. `on` is the day whose rules hold. Called again until `receipts` is 0;
    each call is a transaction of its own, so that a run that breaks off goes on where it was.
    """
    with no_collection():
        return _match(act, run_key, wanted, on, auto=auto)


def _match(act: Act, run_key: str, wanted: Wanted, on: date, *, auto: bool | None) -> MatchedBatch:
    taken = _take_receipts(wanted, run_key)
    if not taken:
        return MatchedBatch(receipts=0, proposed=0, posted=0, match_ids=())
    found = find(receipts=taken, on=on, auto=auto)
    receipts = [receipt for receipt, draft in zip(taken, found, strict=True) if draft is not None]
    drafts = [draft for draft in found if draft is not None]
    ids = receivables.take_match_ids(len(drafts))
    posted = [
        (_order(id_, draft, receipt), receipt)
        for id_, draft, receipt in zip(ids, drafts, receipts, strict=True)
        if draft.posts
    ]
    # Carried out before it is written, so that each finding is written once, with all that came of it.
    written = carry_out_found(act=act, found=posted)
    receivables.add_matches(act=act, ids=ids, drafts=drafts, run_key=run_key, written=written)
    receivables.join_advice(
        payments={draft.advice_id: draft.payment_id for draft in drafts if draft.advice_id is not None}
    )
    _learn_named(act, posted, drafts)
    proposed = sum(bool(draft.shares) and not draft.posts for draft in drafts)
    note_change(after={"receipts": len(receipts), "proposed": proposed, "posted": len(posted)})
    return MatchedBatch(
        receipts=len(receipts),
        proposed=proposed,
        posted=len(posted),
        match_ids=tuple(ids),
        put_off=len(taken) - len(receipts),
    )


def _take_receipts(wanted: Wanted, run_key: str) -> list[Receipt]:
    parameters = {
        "payment_ids": _listed(wanted.payment_ids),
        "cash_ids": _listed(wanted.cash_ids),
        "legal_entity_ids": _listed(wanted.legal_entity_ids),
        "share": wanted.share,
        "share_count": wanted.share_count,
        "run_key": run_key,
        "limit": wanted.limit,
    }
    taken = [cash_id for (cash_id,) in read_step("030_take_receipts", parameters)]
    return _receipts(cash_ids=taken) if taken else []


def _receipts(*, cash_ids: Collection[int] | None = None, payment_ids: Collection[int] | None = None) -> list[Receipt]:
    parameters = {"cash_ids": _listed(cash_ids), "payment_ids": _listed(payment_ids)}
    return [Receipt(*row) for row in read_step("035_read_receipts", parameters)]


def _learn_named(act: Act, posted: Sequence[tuple[Order, Receipt]], drafts: Sequence[MatchDraft]) -> None:
    """Learn from what posted by itself. Only what a text named teaches so: an equal amount may be chance."""
    taught = [
        (order.match_id, order.to_account_id, receipt)
        for (order, receipt), draft in zip(posted, (draft for draft in drafts if draft.posts), strict=True)
        if draft.evidence_kind.startswith("NUMBER") and receipt.account_id is None
    ]
    learn(act=act, settled=taught)


def _listed(ids: Collection[int] | None) -> str | None:
    return None if ids is None else as_array(ids)


def _order(match_id: int, draft: MatchDraft, receipt: Receipt) -> Order:
    return Order(
        match_id=match_id,
        cash_id=draft.cash_id,
        payment_id=draft.payment_id,
        from_account_id=receipt.account_id,
        to_account_id=draft.account_id,
        left=draft.amount,
        value_date=draft.value_date,
        shares=draft.shares,
        write_off_kind=draft.write_off_kind,
    )


def _subject(arguments: Arguments, _answer: object) -> str:
    ids = arguments["match_ids"]
    return f"match:{ids[0]}" if len(ids) == 1 else f"matches:{len(ids)}"


@verb("match.accept", subject=_subject)
def accept_matches(*, act: Act, match_ids: Sequence[int]) -> tuple[MatchRow, ...]:
    """Accept findings as they were proposed: the money is allocated, differences are given up, payers learned.

    Raises Refusal when one proposes nothing or its items were paid since, Conflict when it was decided before, and
    NotAllowed when a difference is above what the person may give up.
    """
    rows = get_matches(match_ids)
    for row in rows:
        if not row.items:
            raise Refusal(
                "match.nothing_proposed",
                _("Nothing is proposed for receipt %(number)s.") % {"number": row.payment_number},
                field="match_id",
                cure=_("Choose the items that it pays."),
            )
    receivables.decide_matches(act=act, match_ids=match_ids, verb_name="accept", decision=MatchDecision.PERSON)
    orders = [order_of(row, from_account_id=get_cash(row.cash_id).account_id) for row in rows]
    _settle(act, orders)
    note_change(after={"matches": [row.match_id for row in rows[:20]], "count": len(rows)})
    return tuple(get_matches(match_ids))


def _settle(act: Act, orders: Sequence[Order]) -> None:
    """Carry out what a person decided, within his limit, and learn from it."""
    require_limit(act=act, orders=orders)
    receivables.note_written(written=carry_out(act=act, orders=orders))
    told = _receipts(payment_ids=[order.payment_id for order in orders])
    receipts = {receipt.payment_id: receipt for receipt in told}
    learn(
        act=act,
        settled=[
            (order.match_id, order.to_account_id, receipts[order.payment_id])
            for order in orders
            if order.from_account_id is None
        ],
    )


@verb("match.accept_other", subject=lambda arguments, _: f"match:{arguments['match_id']}")
def accept_other(
    *,
    act: Act,
    match_id: int,
    items: Sequence[ChosenItem],
    account_id: int | None = None,
    write_off_kind: WriteOffKind = WriteOffKind.SMALL_DIFFERENCE,
) -> MatchRow:
    """Allocate a receipt of the queue to other items than proposed; the proposal counts as wrong.

    `account_id` is the payer's account (none: that of the items, where it is one). Raises as `accept_matches` does.
    """
    row = get_match(match_id)
    if not items:
        raise Refusal("match.no_items", _("No item was chosen."), field="items", cure=_("Choose what it pays."))
    proposed = {(item.open_item_id, item.amount) for item in row.items}
    is_same = proposed == {(item.open_item_id, item.amount) for item in items}
    decision = MatchDecision.PERSON if is_same or not proposed else MatchDecision.CHANGED
    receivables.decide_matches(act=act, match_ids=[match_id], verb_name="accept", decision=decision)
    order = Order(
        match_id=match_id,
        cash_id=row.cash_id,
        payment_id=row.payment_id,
        from_account_id=get_cash(row.cash_id).account_id,
        to_account_id=account_id,
        left=row.left,
        value_date=row.value_date,
        shares=tuple(
            (item.open_item_id, item.amount.amount_minor, item.write_off.amount_minor if item.write_off else 0)
            for item in items
        ),
        write_off_kind=write_off_kind,
    )
    _settle(act, [order])
    note_change(after={"decision": decision, "items": len(items)})
    return get_match(match_id)


@verb("match.reject", subject=_subject)
def reject_matches(*, act: Act, match_ids: Sequence[int], on: date) -> tuple[int, ...]:
    """Say that findings are wrong: their items are not proposed again for this money, which is looked at anew.

    Returns the new findings. Raises Conflict when one was decided before.
    """
    rows = get_matches(match_ids)
    receivables.decide_matches(act=act, match_ids=match_ids, verb_name="reject")
    receivables.part_advice(payment_ids=[row.payment_id for row in rows])
    batch = match_batch(
        act=act.nested(),
        run_key=f"again:{match_ids[0]}:{act.at.isoformat()}"[:60],
        wanted=Wanted(cash_ids=tuple(row.cash_id for row in rows)),
        on=on,
        auto=False,
    )
    receivables.keep_owners(from_ids=match_ids, to_ids=batch.match_ids)
    note_change(after={"count": len(rows)})
    return batch.match_ids


@verb("match.undo", subject=lambda arguments, _: f"match:{arguments['match_id']}")
def undo_match(*, act: Act, match_id: int, on: date) -> tuple[int, ...]:
    """Take an accepted finding back with all that came of it: allocations, differences, moves and what was learned.

    The receipt waits again; returns its new finding. Raises Conflict when the finding is not accepted, or when what
    it allocated was taken back or refunded in the meantime.
    """
    row = get_match(match_id)
    receivables.decide_matches(act=act, match_ids=[match_id], verb_name="undo")
    settled = get_settled(match_id)
    receivables.unallocate(act=act.nested(), allocation_ids=list(settled.allocation_ids))
    pieces = [get_cash(cash_id) for cash_id in settled.moved_cash_ids]
    source = get_cash(settled.cash_id)
    back = [(piece.cash_id, source.account_id, piece.left) for piece in pieces if piece.left.amount_minor]
    returned = receivables.move_shares(act=act, moves=back)
    forgotten = receivables.forget_signs(act=act, match_ids=[match_id])
    receivables.part_advice(payment_ids=[row.payment_id])
    batch = match_batch(
        act=act.nested(),
        run_key=f"undone:{match_id}",
        wanted=Wanted(cash_ids=(*(piece.cash_id for piece in returned), *(() if pieces else (row.cash_id,)))),
        on=on,
        auto=False,
    )
    note_change(after={"allocations": len(settled.allocation_ids), "moves": len(back), "forgotten": forgotten})
    return batch.match_ids


__all__ = [
    "BATCH",
    "SHARES",
    "ChosenItem",
    "MatchedBatch",
    "Wanted",
    "accept_matches",
    "accept_other",
    "match_batch",
    "reject_matches",
    "shares_of",
    "undo_match",
]
