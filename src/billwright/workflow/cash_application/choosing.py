"""Which items a receipt pays: one pure rule for a page, a run of a hundred thousand and a scenario file.

A payment takes no more items than it needs. An exact amount beats order; then the preferred order, all open items if
they add up. Short by no more than the tolerance: closed, the rest written off. Over: matched, the rest stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from math import comb

from billwright.receivables.states import Preference

# Sums of several items are looked for among so many items, in so many ways, before order decides.
SUBSET_ITEMS_MAX = 24
SUBSET_WAYS_MAX = 60_000


class Ground(StrEnum):
    """What decided which items."""

    NUMBER = "NUMBER"
    """The text or reference names them."""
    DIGITS = "DIGITS"
    """Digits without a prefix name them, and neither payer nor amount agrees."""
    ADVICE = "ADVICE"
    """The payer's remittance advice lists them."""
    REPAIRED = "REPAIRED"
    """The text names them, but with a slip."""
    EXACT = "EXACT"
    """One item is of exactly this amount."""
    ALL_OPEN = "ALL_OPEN"
    """All open items come to exactly this amount."""
    IN_ORDER = "IN_ORDER"
    """The first items in the preferred order come to exactly this amount."""
    SUM = "SUM"
    """The fewest items that come to exactly this amount, in one way only."""
    NEAR = "NEAR"
    """The amount is short by no more than the tolerance."""
    ORDER = "ORDER"
    """Nothing but the preferred order."""
    NOTHING = "NOTHING"
    """There is nothing to pay."""


COMPLETE = frozenset({Ground.EXACT, Ground.ALL_OPEN, Ground.IN_ORDER, Ground.SUM, Ground.NEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An item that could be paid; amounts in minor units of its currency."""

    item_id: int
    account_id: int
    due_date: date
    document_date: date
    open_minor: int
    is_named: bool = False
    is_repaired: bool = False
    withheld_minor: int = 0
    discount_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How much may be missing: an amount in minor units, or percent of what is owed; neither: nothing."""

    minor: int | None = None
    percent: Decimal | None = None

    def allows(self, short_minor: int, owed_minor: int) -> bool:
        """Whether so much may be missing of so much."""
        if self.percent is not None:
            return short_minor > 0 and Decimal(short_minor) * 100 <= self.percent * owed_minor
        return 0 < short_minor <= (self.minor or 0)


@dataclass(frozen=True, slots=True)
class Share:
    """So much of the money goes to this item, and so much of it is written off, in minor units."""

    item_id: int
    amount_minor: int
    write_off_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a receipt pays. `is_complete`: the money and the items come out even, or within the tolerance."""

    ground: Ground
    shares: tuple[Share, ...] = ()
    is_complete: bool = False
    is_withheld: bool = False
    is_discount: bool = False
    ways: int = 1

    @property
    def write_off_minor(self) -> int:
        return sum(share.write_off_minor for share in self.shares)


def choose(
    *, amount_minor: int, claims: Sequence[Claim], tolerance: Tolerance, prefer: Preference = Preference.OLDEST
) -> Choice:
    """The items that an amount pays, out of the claims of its payer; claims that the text names go before all others.

    Amounts in minor units of one currency. Pure: the same claims in any order give the same choice.
    """
    ordered = in_order(claims, prefer)
    named = [claim for claim in ordered if claim.is_named]
    if named:
        choice = _pay(amount_minor, named, tolerance)
        ground = Ground.REPAIRED if all(claim.is_repaired for claim in named) else Ground.NUMBER
        return replace(choice, ground=ground, ways=1)
    return _pay(amount_minor, ordered, tolerance)


def in_order(claims: Sequence[Claim], prefer: Preference) -> list[Claim]:
    """Claims with something open in the order of preference: the earliest due first, or the latest."""
    with_open = [claim for claim in claims if claim.open_minor > 0]
    return sorted(
        with_open,
        key=lambda claim: (claim.due_date, claim.document_date, claim.item_id),
        reverse=prefer == Preference.NEWEST,
    )


def _pay(amount_minor: int, ordered: Sequence[Claim], tolerance: Tolerance) -> Choice:
    if not ordered:
        return Choice(ground=Ground.NOTHING)
    for rule in (_exact, _prefix, _withheld, _discounted, _near, _sum):
        choice = rule(amount_minor, ordered, tolerance)
        if choice is not None:
            return choice
    ways = _count_sums(amount_minor, ordered)
    return Choice(ground=Ground.ORDER, shares=tuple(_by_order(amount_minor, ordered)), ways=max(ways, 1))


def _exact(amount_minor: int, ordered: Sequence[Claim], _tolerance: Tolerance) -> Choice | None:
    for claim in ordered:
        if claim.open_minor == amount_minor:
            return Choice(ground=Ground.EXACT, shares=(Share(claim.item_id, amount_minor),), is_complete=True)
    return None


def _prefix(amount_minor: int, ordered: Sequence[Claim], _tolerance: Tolerance) -> Choice | None:
    """The first items in order, where they come out even: all of them, or so many of the first."""
    shares: list[Share] = []
    left = amount_minor
    for claim in ordered:
        shares.append(Share(claim.item_id, claim.open_minor))
        left -= claim.open_minor
        if left <= 0:
            break
    if left != 0:
        return None
    ground = Ground.ALL_OPEN if len(shares) == len(ordered) else Ground.IN_ORDER
    return Choice(ground=ground, shares=tuple(shares), is_complete=True)


def _near(amount_minor: int, ordered: Sequence[Claim], tolerance: Tolerance) -> Choice | None:
    """One item within the tolerance, else the first items in order within it: closed, the rest written off."""
    for claim in ordered:
        if tolerance.allows(claim.open_minor - amount_minor, claim.open_minor):
            return _closed(amount_minor, [claim])
    total = 0
    for count, claim in enumerate(ordered, start=1):
        total += claim.open_minor
        if tolerance.allows(total - amount_minor, total):
            return _closed(amount_minor, ordered[:count])
        if total >= amount_minor:
            return None
    return None


def _closed(amount_minor: int, claims: Sequence[Claim], *, is_withheld: bool = False) -> Choice:
    """Items paid to the end: what is missing is written off from the last ones."""
    shares = []
    left = amount_minor
    for claim in claims:
        part = min(left, claim.open_minor)
        shares.append(Share(claim.item_id, part, claim.open_minor - part))
        left -= part
    return Choice(ground=Ground.NEAR, shares=tuple(shares), is_complete=True, is_withheld=is_withheld)


def _withheld(amount_minor: int, ordered: Sequence[Claim], _tolerance: Tolerance) -> Choice | None:
    """One item from which the payer kept back a tax that payers keep back here."""
    for claim in ordered:
        if 0 < claim.withheld_minor == claim.open_minor - amount_minor:
            return _closed(amount_minor, [claim], is_withheld=True)
    return None


def _discounted(amount_minor: int, ordered: Sequence[Claim], _tolerance: Tolerance) -> Choice | None:
    """One item, else the first in order, paid to the end less the discounts that their terms allow on that day."""
    for claim in ordered:
        if 0 < claim.discount_minor == claim.open_minor - amount_minor:
            return replace(_closed(amount_minor, [claim]), is_discount=True)
    left, shares = amount_minor, []
    for claim in ordered:
        if not claim.discount_minor or left <= 0:
            break
        shares.append(Share(claim.item_id, claim.open_minor - claim.discount_minor, claim.discount_minor))
        left -= shares[-1].amount_minor
    if left or len(shares) < 2:
        return None
    return Choice(ground=Ground.NEAR, shares=tuple(shares), is_complete=True, is_discount=True)


def _sum(amount_minor: int, ordered: Sequence[Claim], _tolerance: Tolerance) -> Choice | None:
    """The fewest items that come to the amount, where only one set of so few does."""
    for found in _sums(amount_minor, ordered):
        if len(found) != 1:
            return None
        return Choice(
            ground=Ground.SUM,
            shares=tuple(Share(claim.item_id, claim.open_minor) for claim in found[0]),
            is_complete=True,
        )
    return None


def _count_sums(amount_minor: int, ordered: Sequence[Claim]) -> int:
    return next((len(found) for found in _sums(amount_minor, ordered)), 0)


def _sums(amount_minor: int, ordered: Sequence[Claim]) -> Iterator[list[tuple[Claim, ...]]]:
    """Sets of items that come to the amount, all of the smallest size there is; nothing when looking costs too much."""
    smaller = [claim for claim in ordered if claim.open_minor < amount_minor]
    if len(smaller) > SUBSET_ITEMS_MAX or sum(claim.open_minor for claim in smaller) < amount_minor:
        return
    tried = 0
    for size in range(2, len(smaller) + 1):
        tried += comb(len(smaller), size)
        if tried > SUBSET_WAYS_MAX:
            return
        found = [
            chosen
            for chosen in combinations(smaller, size)
            if sum(claim.open_minor for claim in chosen) == amount_minor
        ]
        if found:
            yield found
            return


def _by_order(amount_minor: int, ordered: Sequence[Claim]) -> Iterator[Share]:
    left = amount_minor
    for claim in ordered:
        if left <= 0:
            return
        part = min(left, claim.open_minor)
        yield Share(claim.item_id, part)
        left -= part
