"""Carrying findings out, any number at once, and taking them back with all that came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel import outbox
from billwright.kernel.acts import Act, authority
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import MatchRow, SignIn
from billwright.receivables.queries import accounts_of_items
from billwright.receivables.rows import AllocationPart, WriteOffPart
from billwright.receivables.states import AllocationPolicy, WriteOffKind
from billwright.workflow.cash_application.facts import signs_of
from billwright.workflow.cash_application.receipts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A finding to be carried out: money of a piece of cash to items, in minor units, and what is written off."""

    match_id: int
    cash_id: int
    payment_id: int
    from_account_id: int | None
    to_account_id: int | None
    left: Money
    value_date: date
    shares: tuple[tuple[int, int, int], ...]
    write_off_kind: str


def order_of(row: MatchRow, *, from_account_id: int | None) -> Order:
    """A finding of the queue as it was proposed."""
    return Order(
        match_id=row.match_id,
        cash_id=row.cash_id,
        payment_id=row.payment_id,
        from_account_id=from_account_id,
        to_account_id=row.account_id,
        left=row.left,
        value_date=row.value_date,
        shares=tuple((item.open_item_id, item.amount.amount_minor, item.write_off.amount_minor) for item in row.items),
        write_off_kind=row.write_off_kind,
    )


Written = dict[int, tuple[list[int], list[int]]]


def carry_out(*, act: Act, orders: Sequence[Order]) -> Written:
    """Move money out of suspense, allocate it and write the differences off.

    Returns for each finding the allocations and the moved pieces of cash that came of it. Raises Refusal when an item
    or the money is not open any more as far as it was.
    """
    if not orders:
        return {}
    owners = _owners(orders)
    pieces, moved = _moved(act, orders, owners)
    parts, of_order = [], []
    for order in orders:
        for item_id, amount_minor, _given_up in order.shares:
            if amount_minor:
                cash_id = pieces[order.match_id, owners[item_id]]
                amount = Money(amount_minor, order.left.currency)
                parts.append(AllocationPart(open_item_id=item_id, cash_id=cash_id, amount=amount))
                of_order.append(order.match_id)
    rows = receivables.allocate_parts(act=act, parts=parts, policy=AllocationPolicy.MATCHED)
    written: dict[int, list[int]] = {order.match_id: [] for order in orders}
    for match_id, row in zip(of_order, rows, strict=True):
        written[match_id].append(row.allocation_id)
    for match_id, allocation_id in _write_off(act, orders):
        written[match_id].append(allocation_id)
    outbox.emit_all(
        topic="payment.matched",
        at=act.at,
        events=[matched_event(order) for order in orders],
    )
    return {id_: (ids, moved.get(id_, [])) for id_, ids in written.items()}


def matched_event(order: Order) -> tuple[str, dict[str, int]]:
    """What is told of a finding that was carried out: its subject and what it says."""
    return f"payment:{order.payment_id}", {"match": order.match_id, "items": len(order.shares)}


def _owners(orders: Sequence[Order]) -> dict[int, int]:
    """The account of each item."""
    wanted = {item_id for order in orders for item_id, _amount, _write_off in order.shares}
    found = accounts_of_items(sorted(wanted))
    if len(found) != len(wanted):
        raise Refusal(
            "match.item_gone",
            _("One of the items is not open any more."),
            field="match_id",
            cure=_("Match the receipt again."),
        )
    return dict(found)


def _moved(
    act: Act, orders: Sequence[Order], owners: dict[int, int]
) -> tuple[dict[tuple[int, int], int], dict[int, list[int]]]:
    """Take money out of suspense to whom it belongs: for each finding and item's account the piece that pays.

    With one payer the whole receipt goes to him, its rest too; with several each gets his share and the rest waits.
    """
    moves: list[tuple[int, int | None, Money]] = []
    targets: list[tuple[Order, set[int]]] = []
    pieces: dict[tuple[int, int], int] = {}
    for order in orders:
        accounts = {owners[item_id] for item_id, _amount, _write_off in order.shares}
        if order.from_account_id is not None:
            pieces |= {(order.match_id, account): order.cash_id for account in accounts}
        elif order.to_account_id is not None or len(accounts) == 1:
            payer = order.to_account_id if order.to_account_id is not None else next(iter(accounts))
            moves.append((order.cash_id, payer, order.left))
            targets.append((order, accounts))
        else:
            for account in sorted(accounts):
                minor = sum(amount for item_id, amount, _rest in order.shares if owners[item_id] == account)
                if minor:
                    moves.append((order.cash_id, account, Money(minor, order.left.currency)))
                    targets.append((order, {account}))
    moved: dict[int, list[int]] = {}
    for (order, accounts), piece in zip(targets, receivables.move_shares(act=act, moves=moves), strict=True):
        moved.setdefault(order.match_id, []).append(piece.cash_id)
        pieces |= {(order.match_id, account): piece.cash_id for account in accounts}
    return pieces, moved


def _write_off(act: Act, orders: Sequence[Order]) -> list[tuple[int, int]]:
    """Write differences off, each to the account of its kind; returns (finding, allocation) pairs."""
    parts, kinds, of_order = [], [], []
    for order in orders:
        for item_id, _amount, write_off_minor in order.shares:
            if write_off_minor:
                amount = Money(write_off_minor, order.left.currency)
                parts.append(WriteOffPart(open_item_id=item_id, amount=amount, payment_id=order.payment_id))
                kinds.append(WriteOffKind(order.write_off_kind))
                of_order.append(order)
    if not parts:
        return []
    # A difference belongs to the day of the money that was short, whatever day a person looks at it.
    rows = receivables.write_off_parts(act=act, parts=parts, kinds=kinds, days=[order.value_date for order in of_order])
    return [(order.match_id, row.allocation_id) for order, row in zip(of_order, rows, strict=True)]


def require_limit(*, act: Act, orders: Sequence[Order]) -> None:
    """Ask whether a person may give up the largest difference among findings. Raises NotAllowed naming the limit."""
    largest: dict[str, Money] = {}
    for order in orders:
        for _item, _amount, minor in order.shares:
            amount = Money(minor, order.left.currency)
            if minor and (amount.currency not in largest or amount > largest[amount.currency]):
                largest[amount.currency] = amount
    for amount in largest.values():
        authority().require(act=act, verb="open_item.write_off", amount=amount, arguments={})


def learn(*, act: Act, settled: Sequence[tuple[int, int | None, Receipt]]) -> int:
    """Learn from accepted findings (finding, payer, receipt) by what their payers are known again."""
    signs = [
        SignIn(kind=kind, sign=sign, account_id=account_id, match_id=match_id)
        for match_id, account_id, receipt in settled
        if account_id is not None
        for kind, sign, _place in signs_of(receipt)
    ]
    return receivables.learn_signs(act=act, signs=signs)
