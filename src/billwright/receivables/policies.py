"""Pure decisions of receivables: what a hold holds, what money pays first, what may be chased.

Each has a set-based twin in `sql/` that decides the same for a million rows; property tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billwright.receivables.states import AllocationPolicy, ClaimClass

# The order of law and contract for money that nobody has directed: costs, then interest, then principal.
CLASS_RANK = {ClaimClass.COSTS: 0, ClaimClass.INTEREST: 1, ClaimClass.PRINCIPAL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a policy needs to know of an open item with something to pay; amounts in minor units."""

    item_id: int
    due_date: date
    document_date: date
    claim_class: ClaimClass
    open_minor: int
    disputed_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Money that waits, in minor units."""

    cash_id: int
    value_date: date
    left_minor: int


@dataclass(frozen=True, slots=True)
class Share:
    """So much of this piece goes to that item, in minor units."""

    cash_id: int
    item_id: int
    amount_minor: int


def held(*, open_minor: int, holds: Sequence[int | None]) -> int:
    """How much of a claim its holds keep: the sum of them, never more than is open. A hold of None keeps all."""
    if open_minor <= 0 or not holds:
        return 0
    if any(amount is None for amount in holds):
        return open_minor
    return min(open_minor, sum(amount for amount in holds if amount is not None))


def base_share(*, base_minor: int, amount_minor: int, part_minor: int) -> int:
    """The base amount of a part of a posting, half away from zero; parts laid end to end lose no unit between them."""
    scaled = base_minor * part_minor
    whole = (2 * abs(scaled) + abs(amount_minor)) // (2 * abs(amount_minor))
    return whole if (scaled < 0) == (amount_minor < 0) else -whole


def distribute(*, policy: AllocationPolicy, pieces: Sequence[Piece], claims: Sequence[Claim]) -> list[Share]:
    """What the money of one account settles by a standing policy: the earliest money first, the claims in its order.

    The undisputed parts of all claims come before the disputed ones. No claim gets more than is open, no piece gives
    more than is left; what no claim wants stays.
    """
    wanted = [
        [claim.item_id, amount]
        for disputed in (False, True)
        for claim in sorted(claims, key=lambda claim: _order(policy, claim))
        if (amount := claim.disputed_minor if disputed else claim.open_minor - claim.disputed_minor) > 0
    ]
    shares: dict[tuple[int, int], int] = {}
    for piece in sorted(pieces, key=lambda piece: (piece.value_date, piece.cash_id)):
        left = piece.left_minor
        while left > 0 and wanted:
            item_id, open_minor = wanted[0]
            part = min(left, open_minor)
            shares[piece.cash_id, item_id] = shares.get((piece.cash_id, item_id), 0) + part
            left -= part
            wanted[0][1] -= part
            if wanted[0][1] == 0:
                wanted.pop(0)
    return [Share(cash_id, item_id, amount) for (cash_id, item_id), amount in shares.items()]


def spread(amount_minor: int, open_minors: Sequence[int]) -> list[int]:
    """An amount over items in their order, as far as each is open; the last takes what is left. In minor units."""
    shares = []
    for open_minor in open_minors[:-1]:
        shares.append(min(max(open_minor, 0), amount_minor))
        amount_minor -= shares[-1]
    return [*shares, amount_minor]


def _order(policy: AllocationPolicy, claim: Claim) -> tuple[int, date, date, int]:
    rank = CLASS_RANK[claim.claim_class] if policy == AllocationPolicy.COSTS_INTEREST_PRINCIPAL else 0
    return rank, claim.due_date, claim.document_date, claim.item_id


def cover(*, credit_minor: int, free: Sequence[int]) -> list[int]:
    """How much of each claim's free part (open less held), in order of age, the account's own credit already covers.

    A customer whose money or credit note waits on the account is not chased for what it will settle.
    """
    covered = []
    for amount in free:
        part = min(credit_minor, max(amount, 0))
        covered.append(part)
        credit_minor -= part
    return covered
