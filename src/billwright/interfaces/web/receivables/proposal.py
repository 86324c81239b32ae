"""What would follow if money were allocated so: worked out before anything is posted, by the rules that then post.

Nothing here touches the database; the claims are those that the page has read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from billwright.kernel.money import Money
from billwright.receivables.policies import Claim, Piece, distribute
from billwright.receivables.rows import OpenItemRow
from billwright.receivables.states import AllocationPolicy, ClaimClass

STANDING_POLICIES = (AllocationPolicy.OLDEST_FIRST, AllocationPolicy.COSTS_INTEREST_PRINCIPAL)


@dataclass(frozen=True, slots=True)
class Settled:
    """An item that would get something: how much, and what stays open of it."""

    item: OpenItemRow
    gets: Money
    stays: Money


@dataclass(frozen=True, slots=True)
class Follows:
    """What would follow: the items that get something, the money given and left, and what stays open in all."""

    settled: tuple[Settled, ...]
    allocated: Money
    unallocated: Money
    open_after: Money

    @property
    def is_too_much(self) -> bool:
        return self.unallocated.amount_minor < 0


def claims_of(items: Sequence[OpenItemRow]) -> list[OpenItemRow]:
    """The items that money can settle, the oldest first."""
    return [item for item in items if item.open.amount_minor > 0]


def propose(money: Money, items: Sequence[OpenItemRow], *, policy: AllocationPolicy) -> dict[int, Money]:
    """What a standing policy gives each item of the money."""
    pieces = [Piece(cash_id=0, value_date=items[0].due_date, left_minor=money.amount_minor)] if items else []
    shares = distribute(policy=policy, pieces=pieces, claims=[_claim(item) for item in claims_of(items)])
    return {share.item_id: Money(share.amount_minor, money.currency) for share in shares}


def follow(
    money: Money,
    items: Sequence[OpenItemRow],
    *,
    stated: Mapping[int, Money],
    policy: AllocationPolicy | None,
) -> Follows:
    """What follows when stated amounts go first and a standing policy, if any, decides over the rest."""
    zero = Money.zero(money.currency)
    gets = {item_id: amount for item_id, amount in stated.items() if amount}
    rest = money - sum(gets.values(), start=zero)
    if policy in STANDING_POLICIES and rest.amount_minor > 0:
        left = [_less(item, gets.get(item.open_item_id, zero)) for item in claims_of(items)]
        for item_id, amount in propose(rest, [item for item in left if item.open], policy=policy).items():
            gets[item_id] = gets.get(item_id, zero) + amount
    allocated = sum(gets.values(), start=zero)
    settled = tuple(
        Settled(item, gets[item.open_item_id], item.open - gets[item.open_item_id])
        for item in claims_of(items)
        if item.open_item_id in gets
    )
    return Follows(
        settled=settled,
        allocated=allocated,
        unallocated=money - allocated,
        open_after=sum((item.open for item in items), start=zero) - allocated,
    )


def _less(item: OpenItemRow, amount: Money) -> OpenItemRow:
    """The item after a stated amount; what the payer named pays the contested part last, as everything does."""
    left = item.open - amount
    return replace(item, open=left, disputed=min(item.disputed, left))


def _claim(item: OpenItemRow) -> Claim:
    return Claim(
        item_id=item.open_item_id,
        due_date=item.due_date,
        document_date=item.document_date,
        claim_class=ClaimClass(item.claim_class),
        open_minor=item.open.amount_minor,
        disputed_minor=item.disputed.amount_minor,
    )
