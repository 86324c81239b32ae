"""Accounts with what they owe: the list that a desk works from, page by page, with its totals per currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from billwright.accounts.queries import account_ids_found
from billwright.accounts.states import AccountState
from billwright.kernel.money import Money
from billwright.kernel.sql import step

Sort = Literal["opened", "open", "overdue", "oldest", "unallocated"]
Standing = Literal["", "open", "overdue", "unattended", "unallocated", "clear"]

# A text that begins more accounts than this is too short to be a search; the list then holds the first of them.
FOUND_MAX = 2000
_STANDINGS_WITH_ITEMS = frozenset(("open", "overdue", "unattended"))
_SORTS_BY_AMOUNT = frozenset(("open", "overdue", "unallocated"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountQuestion:
    """What the list is asked. `legal_entity_ids` are those whose books the reader may see.

    `standing`: with something open, overdue, overdue and without a status note, with unallocated money, or clear.
    """

    as_of: date
    legal_entity_ids: tuple[int, ...]
    text: str = ""
    currency: str = ""
    state: str = ""
    standing: Standing = ""
    customer_id: int | None = None
    sort: Sort = "overdue"
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account: what is open, what of it is overdue and since when, and what money waits."""

    id: int
    number: str
    shown_name: str
    customer_id: int
    legal_entity_id: int
    currency: str
    state: AccountState
    reference: str
    open: Money
    overdue: Money
    oldest_due: date | None
    days_overdue: int | None
    unallocated: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountListTotal:
    """The figures of all accounts that the filters leave, in one currency."""

    currency: str
    count: int
    open: Money
    overdue: Money
    unallocated: Money


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after (or, `backward`, before) the row of this rank and id."""

    rank: int
    id: int
    backward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountListPage:
    """A page of the list with the totals of the whole of it; a place of None means that there is no such page."""

    rows: tuple[AccountLine, ...]
    totals: tuple[AccountListTotal, ...]
    following: Place | None
    preceding: Place | None

    @property
    def count(self) -> int:
        return sum(total.count for total in self.totals)


def list_accounts_with_debts(
    question: AccountQuestion, *, place: Place | None = None, limit: int = 50
) -> AccountListPage:
    """A page of accounts in the order of the figure asked for, and the totals of all of them."""
    descending = question.descending != (place is not None and place.backward)
    sign = -1 if descending else 1
    is_whole = not (question.text.strip() or question.state or question.standing or question.customer_id is not None)
    parameters: dict[str, Any] = {
        "as_of": question.as_of,
        "legal_entity_ids": list(question.legal_entity_ids),
        "account_ids": None,
        "currency": question.currency,
        "state": question.state,
        "standing": question.standing,
        "sort": question.sort,
        "sign": sign,
        "after_rank": None if place is None else sign * place.rank,
        "after_id": None if place is None else place.id,
        "limit": limit + 1,
        "with_clear": question.standing not in _STANDINGS_WITH_ITEMS,
    }
    if question.text.strip():
        parameters["account_ids"] = account_ids_found(question.text, limit=FOUND_MAX)
    with connection.cursor() as cursor:
        if question.customer_id is not None:
            of_customer = {"party_ids": [question.customer_id], "account_ids": parameters["account_ids"]}
            rows = step("billwright.reporting", "accounts_of_parties").rows(cursor, of_customer)
            parameters["account_ids"] = [id_ for (id_,) in rows]
        if is_whole:
            answered, totals = _read_page(cursor, parameters), _whole_totals(cursor, parameters)
        else:
            answered, totals = step("billwright.reporting", "account_list").rows(cursor, parameters), ()
    # A union has no order of its own: the page is put into it here.
    found = sorted((row for row in answered if row[0] is not None), key=lambda row: (row[-1], sign * row[0]))
    totals = totals or tuple(_total(row) for row in answered if row[0] is None)
    return _page(found, totals, question=question, place=place, limit=limit, sign=sign)


def _read_page(cursor: Any, parameters: dict[str, Any]) -> Sequence[Any]:
    """Rows of the page. Accounts that owe nothing come last by amount: not looked for while others fill the page."""
    reading = step("billwright.reporting", "account_page")
    if parameters["sort"] in _SORTS_BY_AMOUNT and parameters["sign"] < 0:
        rows = reading.rows(cursor, {**parameters, "with_clear": False})
        if len(rows) == parameters["limit"] and all(row[-1] < 0 for row in rows):
            return rows
    return reading.rows(cursor, parameters)


def _whole_totals(cursor: Any, parameters: dict[str, Any]) -> tuple[AccountListTotal, ...]:
    rows = step("billwright.reporting", "account_totals").rows(cursor, parameters)
    return tuple(
        AccountListTotal(
            currency=currency,
            count=count,
            open=Money(open_, currency),
            overdue=Money(overdue, currency),
            unallocated=Money(cash, currency),
        )
        for currency, open_, overdue, cash, count in rows
    )


def _page(
    found: list[Any],
    totals: tuple[AccountListTotal, ...],
    *,
    question: AccountQuestion,
    place: Place | None,
    limit: int,
    sign: int,
) -> AccountListPage:
    backward = place is not None and place.backward
    more, kept = len(found) > limit, found[:limit]
    if backward:
        kept.reverse()
    has_next, has_previous = (True, more) if backward else (more, place is not None)
    return AccountListPage(
        rows=tuple(_line(row, question.as_of) for row in kept),
        totals=totals,
        following=Place(sign * kept[-1][-1], kept[-1][0]) if kept and has_next else None,
        preceding=Place(sign * kept[0][-1], kept[0][0], backward=True) if kept and has_previous else None,
    )


def _line(row: tuple[Any, ...], as_of: date) -> AccountLine:
    id_, number, name, customer_id, entity_id, currency, state, reference, open_, overdue, oldest, cash, _rank = row
    return AccountLine(
        id=id_,
        number=number,
        shown_name=name,
        customer_id=customer_id,
        legal_entity_id=entity_id,
        currency=currency,
        state=AccountState(state),
        reference=reference,
        open=Money(open_, currency),
        overdue=Money(overdue, currency),
        oldest_due=oldest,
        days_overdue=(as_of - oldest).days if oldest is not None and oldest < as_of else None,
        unallocated=Money(cash, currency),
    )


def _total(row: tuple[Any, ...]) -> AccountListTotal:
    currency, open_, overdue, cash, count = row[5], row[8], row[9], row[11], row[12]
    return AccountListTotal(
        currency=currency,
        count=count,
        open=Money(open_, currency),
        overdue=Money(overdue, currency),
        unallocated=Money(cash, currency),
    )
