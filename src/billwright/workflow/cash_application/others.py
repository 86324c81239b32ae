"""Receipts whose money and text do not agree on whose they are: they wait for a person, with what speaks for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from billwright.kernel.bulk import as_array
from billwright.kernel.money import Money
from billwright.receivables.match_rows import EvidenceRow
from billwright.workflow.cash_application import texts
from billwright.workflow.cash_application.choosing import Choice
from billwright.workflow.cash_application.claims import Claims, OpenClaim
from billwright.workflow.cash_application.facts import Facts, Payer
from billwright.workflow.cash_application.naming import Named
from billwright.workflow.cash_application.receipts import evidence, read_step


class DoubtReason(StrEnum):
    """Why a receipt does not post by itself although its text names what it pays."""

    SEVERAL_CUSTOMERS = "SEVERAL_CUSTOMERS"
    """It names documents of several customers, and the amount is not theirs together."""
    ANOTHER_PAYER = "ANOTHER_PAYER"
    """It names a customer's document, comes from another one, and the amount is not the document's."""
    NAMES_OTHERS_TOO = "NAMES_OTHERS_TOO"
    """It pays more than it names, and says so."""
    REST_IS_ANOTHERS = "REST_IS_ANOTHERS"
    """It pays more than it names, and just one other customer owes just the rest."""
    DIGITS_ALONE = "DIGITS_ALONE"
    """It names a document by its digits alone, and neither the payer nor the amount agrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What speaks against the named documents' account alone; `claim`: the other one that is just the rest."""

    reason: DoubtReason
    claim: OpenClaim | None = None
    evidence: tuple[EvidenceRow, ...] = ()


def find_others(named_by: Sequence[tuple[Facts, Sequence[Named]]], claims: Claims) -> None:
    """Note on receipts that pay more than the one account owes that they name, which claim elsewhere is just the rest.

    One statement for all of them; none where no receipt pays too much.
    """
    asked: list[tuple[Facts, int, int]] = []
    for one, named in named_by:
        owners = {entry.account_id for entry in named}
        items = {entry.item_id: claim for entry in named if (claim := claims.get(entry.item_id)) is not None}
        rest = one.receipt.open_minor - sum(claim.open_minor for claim in items.values())
        if len(owners) == 1 and rest > 0:
            asked.append((one, owners.pop(), rest))
    if not asked:
        return
    parameters = {
        "places": as_array(range(len(asked))),
        "legal_entity_ids": as_array(one.receipt.legal_entity_id for one, _account_id, _rest in asked),
        "account_ids": as_array(account_id for _one, account_id, _rest in asked),
        "currencies": [one.receipt.currency for one, _account_id, _rest in asked],
        "rests": as_array(rest for _one, _account_id, rest in asked),
    }
    for place, item_id in read_step("087_amounts_elsewhere", parameters):
        asked[place][0].others_item_id = item_id
    claims.include(item_ids={one.others_item_id for one, _account_id, _rest in asked if one.others_item_id is not None})


def is_on_digits(one: Facts, named: Sequence[Named], claims: Claims, choice: Choice) -> bool:
    """Whether nothing but digits without a prefix speaks for what is named: they may be any number of anybody's.

    The payer agrees where he or his family owes any of it, the amount where it is just what is open of it: a tolerance
    is for what is known, and makes nothing known.
    """
    return (
        all(entry.is_bare for entry in named)
        and not (choice.is_complete and not choice.write_off_minor)
        and {entry.account_id for entry in named}.isdisjoint(family_of(one.payers, claims))
    )


def doubt_of(one: Facts, named: Sequence[Named], claims: Claims, choice: Choice, *, on_digits: bool) -> Doubt | None:
    """Why the money may not be the named documents' account's alone; none where amount and documents come out even."""
    if choice.is_complete and not on_digits:
        return None
    owners = {entry.account_id for entry in named}
    if len(owners) > 1:
        return Doubt(reason=DoubtReason.SEVERAL_CUSTOMERS)
    if one.payers and not owners & family_of(one.payers, claims):
        return Doubt(reason=DoubtReason.ANOTHER_PAYER)
    rest = one.receipt.open_minor - sum(share.amount_minor for share in choice.shares)
    claim = _claim_of(one, claims, rest) if rest else None
    told = _told(one, claim) if claim is not None else ()
    for name, text in one.receipt.fields() if rest else ():
        place = texts.others_place(field=name, text=text)
        if place is not None:
            says = evidence("OTHERS", place, means="OTHERS")
            return Doubt(reason=DoubtReason.NAMES_OTHERS_TOO, claim=claim, evidence=(says, *told))
    if claim is not None:
        return Doubt(reason=DoubtReason.REST_IS_ANOTHERS, claim=claim, evidence=told)
    return Doubt(reason=DoubtReason.DIGITS_ALONE) if on_digits else None


def family_of(payers: Sequence[Payer], claims: Claims) -> set[int]:
    """The accounts of payers, and those of their parents and children that owe something."""
    family = {payer.account_id for payer in payers}
    return family | {claim.account_id for payer in payers for claim in claims.of(payer.account_id, with_family=True)}


def _claim_of(one: Facts, claims: Claims, rest_minor: int) -> OpenClaim | None:
    """The claim elsewhere that is just the rest, where no other receipt took or reserved it."""
    if one.others_item_id is None or one.others_item_id in one.rejected:
        return None
    claim = claims.get(one.others_item_id)
    return claim if claim is not None and claims.left(claim, is_named=False) == rest_minor else None


def _told(one: Facts, claim: OpenClaim) -> tuple[EvidenceRow, ...]:
    rest = texts.Place("amount", 0, 0, str(Money(claim.open_minor, one.receipt.currency)))
    return (evidence("REST", rest, means=claim.number, account_id=claim.account_id, open_item_id=claim.item_id),)
