"""What the payers of a batch owe, and what of it is taken by other receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from billwright.kernel.bulk import as_array
from billwright.receivables.match_rows import EarlyDiscount
from billwright.workflow.cash_application.receipts import read_step


class OpenClaim(NamedTuple):
    """An open item that could be paid. `free_minor`: less what stands in the queue for other receipts."""

    item_id: int
    account_id: int
    currency: str
    legal_entity_id: int
    due_date: date
    document_date: date
    open_minor: int
    free_minor: int
    net_minor: int
    total_minor: int
    number: str

    def withheld(self, percents: Sequence[Decimal]) -> set[int]:
        """What payers keep back of this item at these rates, on its net and on its total, in minor units."""
        bases = (self.net_minor, self.total_minor)
        return {int(base * percent / 100 + Decimal("0.5")) for percent in percents for base in bases}

    def discounts(self, terms: Sequence[EarlyDiscount], paid_on: date) -> set[int]:
        """What may be kept of this item when it is paid on that day, in minor units: nothing once a part is settled."""
        if self.open_minor != self.total_minor:
            return set()
        return {
            int(self.total_minor * one.percent / 100 + Decimal("0.5"))
            for one in terms
            if paid_on <= self.document_date + timedelta(days=one.days)
        }


class Claims:
    """What the payers of a batch owe and its texts name; what is taken by one receipt is gone for the next."""

    def __init__(self, *, account_ids: Iterable[int], item_ids: Iterable[int], cash_ids: Iterable[int]) -> None:
        self._items: dict[int, OpenClaim] = {}
        self._of_payer: dict[int, list[int]] = {}
        self._cash_ids = list(cash_ids)
        self.include(account_ids=account_ids, item_ids=item_ids)
        self.taken: dict[int, int] = {}

    def include(self, *, account_ids: Iterable[int] = (), item_ids: Iterable[int] = ()) -> None:
        """Read what these accounts owe, and these claims."""
        parameters = {"account_ids": as_array(account_ids), "item_ids": as_array(item_ids)}
        found = read_step("080_payer_claims", parameters)
        reserved = _reserved({item_id for _payer_id, item_id, *_columns in found}, self._cash_ids)
        for payer_id, item_id, *columns in found:
            self._items[item_id] = _claim(reserved.get(item_id, 0), item_id, *columns)
            if payer_id is not None:
                self._of_payer.setdefault(payer_id, []).append(item_id)

    def of(self, account_id: int, *, with_family: bool = False) -> list[OpenClaim]:
        """What an account owes; `with_family`: its parent and children too."""
        found = [self._items[item_id] for item_id in self._of_payer.get(account_id, [])]
        return found if with_family else [claim for claim in found if claim.account_id == account_id]

    def get(self, item_id: int) -> OpenClaim | None:
        return self._items.get(item_id)

    def left(self, claim: OpenClaim, *, is_named: bool) -> int:
        """What is open of a claim after what this batch took; a claim that is named is not kept for guesses."""
        start = claim.open_minor if is_named else claim.free_minor
        return max(start - self.taken.get(claim.item_id, 0), 0)

    def take(self, item_id: int, minor: int) -> None:
        self.taken[item_id] = self.taken.get(item_id, 0) + minor


def _reserved(item_ids: Iterable[int], cash_ids: Iterable[int]) -> dict[int, int]:
    """What of items stands in the queue for other receipts, in minor units."""
    proposed = read_step("082_proposed_items", {"item_ids": as_array(item_ids)})
    asked = {"proposal_ids": as_array({row[0] for row in proposed}), "cash_ids": as_array(cash_ids)}
    waiting = {id_ for (id_,) in read_step("083_waiting_findings", asked)} if proposed else set()
    reserved: dict[int, int] = {}
    for proposal_id, item_id, minor in proposed:
        if proposal_id in waiting:
            reserved[item_id] = reserved.get(item_id, 0) + minor
    return reserved


def _claim(
    reserved_minor: int,
    item_id: int,
    account_id: int,
    currency: str,
    legal_entity_id: int,
    due_date: date,
    document_date: date,
    open_minor: int,
    net_minor: int,
    total_minor: int,
    number: str,
) -> OpenClaim:
    return OpenClaim(
        item_id=item_id,
        account_id=account_id,
        currency=currency,
        legal_entity_id=legal_entity_id,
        due_date=due_date,
        document_date=document_date,
        open_minor=open_minor,
        free_minor=open_minor - reserved_minor,
        net_minor=net_minor,
        total_minor=total_minor,
        number=number,
    )
