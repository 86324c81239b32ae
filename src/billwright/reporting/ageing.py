"""Ageing: what is owed by age, as of any day and as known at any time, tied to the ledger of the same day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.ledger.queries import control_balances, has_entries_after
from billwright.ledger.states import LedgerRole
from billwright.org.queries import list_legal_entities
from billwright.reporting.size import is_large_book

DEFAULT_BOUNDS = (0, 30, 60, 90)


class AgeBy(StrEnum):
    """The date that age is counted from."""

    DUE = "due"  # days overdue
    DOCUMENT = "document"  # days since the document


class Party(StrEnum):
    """Whom a line of the report stands for."""

    ACCOUNT = "ACCOUNT"
    CUSTOMER = "CUSTOMER"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingQuestion:
    """What an ageing report is asked. `bounds` are the last days of each bucket; `known_at` none: what we know now."""

    as_of: date
    by: AgeBy = AgeBy.DUE
    bounds: tuple[int, ...] = DEFAULT_BOUNDS
    known_at: datetime | None = None
    legal_entity_id: int | None = None
    currency: str = ""
    account_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingTotal:
    """One entity and currency: the buckets sum to `total`, and `total` - `ledger` = `difference` must be zero.

    Unapplied credit notes count negative in their bucket. `held` and `disputed` are parts of `total`; `unallocated`
    and `suspense` stand beside it and tie to ledger accounts of their own (`cash_difference`).
    """

    legal_entity_id: int
    entity: str
    currency: str
    total: Money
    buckets: tuple[Money, ...]
    held: Money
    disputed: Money
    unallocated: Money
    suspense: Money
    ledger: Money | None = None
    difference: Money | None = None
    cash_difference: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingLine:
    """One account or customer in one entity and currency. `place` counts from the largest debt down."""

    place: int
    party_id: int
    number: str
    name: str
    legal_entity_id: int
    currency: str
    total: Money
    buckets: tuple[Money, ...]
    held: Money
    disputed: Money
    unallocated: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """An ageing report: its question, the labels of its buckets, totals and lines."""

    question: AgeingQuestion
    labels: tuple[str, ...]
    totals: tuple[AgeingTotal, ...]
    lines: tuple[AgeingLine, ...] = ()


@dataclass(slots=True)
class _Sums:
    """Minor units of one party, entity and currency while they are read."""

    buckets: list[int]
    held: int = 0
    disputed: int = 0
    unallocated: int = 0
    suspense: int = 0
    place: int = 0


@dataclass(slots=True)
class _Pivot:
    """Rows of the steps, one `_Sums` per (party, entity, currency)."""

    width: int
    sums: dict[tuple[int | None, int, str], _Sums] = field(default_factory=dict)

    def of(self, party_id: int | None, legal_entity_id: int, currency: str) -> _Sums:
        return self.sums.setdefault((party_id, legal_entity_id, currency), _Sums(buckets=[0] * self.width))


def bucket_labels(bounds: Sequence[int]) -> tuple[str, ...]:
    """Labels such as not_due, 1-30, 31-60, 61-90, 91+. Raises Refusal when the bounds do not rise."""
    rising = all(earlier < later for earlier, later in pairwise(bounds))
    if not bounds or not rising or bounds[0] < 0:
        raise Refusal(
            "ageing.bounds",
            _("The buckets are days that rise, from 0 on."),
            field="buckets",
            cure=_("Give for example 0,30,60,90."),
        )
    first = "not_due" if bounds[0] == 0 else f"0-{bounds[0]}"
    between = (f"{earlier + 1}-{later}" for earlier, later in pairwise(bounds))
    return (first, *between, f"{bounds[-1] + 1}+")


def age_totals(question: AgeingQuestion, *, tie: bool = True) -> Ageing:
    """Totals per entity and currency. With `tie` each carries the ledger's balance of the same day and time.

    Raises Conflict when `known_at` is not settled yet, Refusal for buckets that do not rise.
    """
    labels = bucket_labels(question.bounds)
    codes = {entity.id: entity.code for entity in list_legal_entities()}
    pivot = _read(question, per="ENTITY")
    asked = [question.legal_entity_id] if question.legal_entity_id is not None else list(codes)
    balances = _balances(question, asked) if tie else None
    for entity_id, currency in balances or ():
        # An entity with nothing open and a balance in the ledger is a difference that must be seen.
        pivot.of(None, entity_id, currency)
    totals = []
    for (_party, entity_id, currency), sums in sorted(pivot.sums.items(), key=lambda pair: pair[0][1:]):
        total = _total(sums, entity_id, codes[entity_id], currency)
        totals.append(_tied(total, balances.get((entity_id, currency), {})) if balances is not None else total)
    return Ageing(question=question, labels=labels, totals=tuple(totals))


def age_lines(
    question: AgeingQuestion, *, per: Party = Party.ACCOUNT, after_place: int = 0, limit: int | None = None
) -> tuple[AgeingLine, ...]:
    """Accounts or customers with something open, the largest debt first; page on with the last line's `place`.

    Raises Refusal for buckets that do not rise.
    """
    bucket_labels(question.bounds)
    pivot = _read(question, per=per, after_place=after_place, limit=limit)
    names = _names({party_id for party_id, _entity, _currency in pivot.sums if party_id is not None}, per)
    found = ((key, sums) for key, sums in pivot.sums.items() if key[0] is not None)
    lines = [
        _line(sums, int(party_id or 0), names[int(party_id or 0)], entity_id, currency)
        for (party_id, entity_id, currency), sums in found
    ]
    return tuple(sorted(lines, key=lambda line: line.place))


# Every age falls into the first bucket: the totals alone.
_ONE_BUCKET = [2**31 - 1]
_Key = tuple[int | None, int, str]


def _read(question: AgeingQuestion, *, per: str, after_place: int = 0, limit: int | None = None) -> _Pivot:
    """Sums of every party, or of one page of them by size; parties with nothing but unallocated money come last."""
    parameters: dict[str, Any] = {
        "as_of": question.as_of,
        "known_at": question.known_at or "infinity",
        "by": str(question.by),
        "bounds": [bound + 1 for bound in question.bounds],
        "legal_entity_id": question.legal_entity_id,
        "currency": question.currency,
        "account_ids": list(question.account_ids) if question.account_ids is not None else None,
        "per": str(per),
        "skip": 0,
        "limit": None,
    }
    pivot = _Pivot(width=len(question.bounds) + 1)
    is_page = limit is not None or after_place > 0
    is_today = _is_today(question)
    with connection.cursor() as cursor:
        if is_page:
            # The page is chosen by totals first, so that only its own parties are laid out in buckets.
            chosen = {**parameters, "bounds": _ONE_BUCKET, "skip": after_place, "limit": limit}
            ranked = step("billwright.reporting", "rank_debtors" if is_today else "age").rows(cursor, chosen)
            for party_id, entity_id, currency, *_amounts in ranked:
                pivot.of(party_id, entity_id, currency)
            party_ids = sorted({party_id for party_id, _entity, _currency in pivot.sums if party_id is not None})
            parameters |= {"account_ids": _accounts(cursor, question, per, party_ids)}
        wanted = set(pivot.sums) if is_page else None
        _add(pivot, wanted, cursor, parameters, aged_by="age_today" if is_today and per == "ENTITY" else "age")
    _give_places(pivot, after_place)
    return pivot


def _is_today(question: AgeingQuestion) -> bool:
    """Whether the sums kept of open items answer: of all accounts, as known now, nothing booked after the day."""
    if question.known_at is not None or question.account_ids is not None:
        return False
    asked = question.legal_entity_id
    entity_ids = [entity.id for entity in list_legal_entities()] if asked is None else [asked]
    return not has_entries_after(question.as_of, legal_entity_ids=entity_ids)


def is_long_to_age(question: AgeingQuestion) -> bool:
    """Whether the answer is read item by item from so large a book that somebody would wait for it."""
    if question.account_ids is not None or _is_today(question):
        return False
    return is_large_book()


def _accounts(cursor: Any, question: AgeingQuestion, per: str, party_ids: list[int]) -> list[int]:
    if per == Party.ACCOUNT:
        return party_ids
    among = None if question.account_ids is None else list(question.account_ids)
    asked = {"party_ids": party_ids, "account_ids": among}
    return [id_ for (id_,) in step("billwright.reporting", "accounts_of_parties").rows(cursor, asked)]


def _add(pivot: _Pivot, wanted: set[_Key] | None, cursor: Any, parameters: dict[str, Any], *, aged_by: str) -> None:
    """Add what the steps find to the sums; with `wanted`, only to those."""
    aged = step("billwright.reporting", aged_by).rows(cursor, parameters)
    for party_id, entity_id, currency, bucket, open_minor, held, disputed in aged:
        if wanted is None or (party_id, entity_id, currency) in wanted:
            sums = pivot.of(party_id, entity_id, currency)
            sums.buckets[bucket] += open_minor
            sums.held += held
            sums.disputed += disputed
    cash = step("billwright.reporting", "unallocated").rows(cursor, parameters)
    for party_id, entity_id, currency, unallocated, suspense in cash:
        if wanted is None or (party_id, entity_id, currency) in wanted:
            sums = pivot.of(party_id, entity_id, currency)
            sums.unallocated += unallocated
            sums.suspense += suspense


def _give_places(pivot: _Pivot, after_place: int) -> None:
    """Number the parties by their debt, the largest first; equal ones in the order of the step."""
    keys = sorted(pivot.sums, key=lambda key: (key[0] or 0, key[1], key[2]))
    keys.sort(key=lambda key: (not any(pivot.sums[key].buckets), -sum(pivot.sums[key].buckets)))
    for place, key in enumerate(keys, start=after_place + 1):
        pivot.sums[key].place = place


def _total(sums: _Sums, legal_entity_id: int, entity: str, currency: str) -> AgeingTotal:
    return AgeingTotal(
        legal_entity_id=legal_entity_id,
        entity=entity,
        currency=currency,
        total=Money(sum(sums.buckets), currency),
        buckets=tuple(Money(minor, currency) for minor in sums.buckets),
        held=Money(sums.held, currency),
        disputed=Money(sums.disputed, currency),
        unallocated=Money(sums.unallocated, currency),
        suspense=Money(sums.suspense, currency),
    )


_TIED_ROLES = (LedgerRole.RECEIVABLES, LedgerRole.UNALLOCATED_CASH, LedgerRole.SUSPENSE)
_Balances = dict[tuple[int, str], dict[LedgerRole, int]]


def _balances(question: AgeingQuestion, entity_ids: Collection[int]) -> _Balances:
    """The control and cash accounts of the same day and time, where they are not zero, in minor units."""
    balances = control_balances(
        legal_entity_ids=list(entity_ids),
        roles=_TIED_ROLES,
        as_of=question.as_of,
        known_at=question.known_at,
        billing_account_ids=question.account_ids,
    )
    found: _Balances = {}
    for (entity_id, role, currency), minor in balances.items():
        found.setdefault((entity_id, currency), {})[role] = minor
    asked = question.currency
    return {key: roles for key, roles in found.items() if any(roles.values()) and asked in ("", key[1])}


def _tied(total: AgeingTotal, balances: dict[LedgerRole, int]) -> AgeingTotal:
    receivables, cash, suspense = (balances.get(role, 0) for role in _TIED_ROLES)
    ledger = Money(receivables, total.currency)
    return replace(
        total,
        ledger=ledger,
        difference=total.total - ledger,
        cash_difference=total.unallocated + total.suspense + Money(cash + suspense, total.currency),
    )


def _line(sums: _Sums, party_id: int, names: tuple[str, str], legal_entity_id: int, currency: str) -> AgeingLine:
    number, name = names
    return AgeingLine(
        place=sums.place,
        party_id=party_id,
        number=number,
        name=name,
        legal_entity_id=legal_entity_id,
        currency=currency,
        total=Money(sum(sums.buckets), currency),
        buckets=tuple(Money(minor, currency) for minor in sums.buckets),
        held=Money(sums.held, currency),
        disputed=Money(sums.disputed, currency),
        unallocated=Money(sums.unallocated, currency),
    )


def _names(party_ids: Collection[int], per: Party) -> dict[int, tuple[str, str]]:
    with connection.cursor() as cursor:
        rows = step("billwright.reporting", "party_names").rows(cursor, {"per": str(per), "party_ids": list(party_ids)})
    return {id_: (number, name) for id_, number, name in rows}
