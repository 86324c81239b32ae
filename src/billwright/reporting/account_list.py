"""Accounts with what they owe: the list that a desk works from, page by page, with its totals per currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from billwright.accounts.queries import account_ids_found
from billwright.accounts.states import AccountState
from billwright.kernel.money import Money
from billwright.kernel.reading import each_row
from billwright.kernel.sql import step
from billwright.reporting.size import COUNTED_MAX

Sort = Literal["opened", "open", "overdue", "oldest", "unallocated"]
Standing = Literal["", "open", "overdue", "unattended", "unallocated", "clear"]

# A text that begins more accounts than this is too short to be a search; the list then holds the first of them.
FOUND_MAX = 2000
_STANDINGS_WITH_ITEMS = frozenset(("open", "overdue", "unattended"))
# Those that sums kept by account answer.
_STANDINGS_KEPT = frozenset(("", *_STANDINGS_WITH_ITEMS))
# What accounts that never owed anything count as where the list is ordered by it; the days of what nobody owes.
_CLEAR_FIGURES = {"oldest": -100_000}


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
    """Where a page begins: after (or, `backward`, before) the row of this figure and id."""

    figure: int
    id: int
    backward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountListPage:
    """A page of the list with the totals of the whole of it; a place of None means that there is no such page.

    A count of `counts_at_most` says that there are so many at least; 0: all are counted.
    """

    rows: tuple[AccountLine, ...]
    totals: tuple[AccountListTotal, ...]
    following: Place | None
    preceding: Place | None
    counts_at_most: int = 0

    @property
    def count(self) -> int:
        return sum(total.count for total in self.totals)


def list_accounts_with_debts(
    question: AccountQuestion, *, place: Place | None = None, limit: int = 50
) -> AccountListPage:
    """A page of accounts in the order of the figure asked for, and the totals of all of them."""
    parameters = _parameters(question, place, limit=limit + 1)
    with connection.cursor() as cursor:
        if _is_by_debts(question, parameters):
            found = _read_page(cursor, parameters)
            summed = step("billwright.reporting", "debt_totals" if question.standing else "account_totals")
            totals = tuple(_total(*row) for row in summed.rows(cursor, parameters))
        else:
            answered = step("billwright.reporting", "account_list").rows(cursor, parameters)
            found = [row for row in answered if row[0] is not None]
            totals = tuple(_total(row[5], *row[8:10], *row[11:]) for row in answered if row[0] is None)
    return _page(found, totals, question=question, place=place, limit=limit)


def each_account_with_debts(question: AccountQuestion) -> Iterator[AccountLine]:
    """Every account in the order of the list, however many there are. Needs an open transaction."""
    parameters = _parameters(question, None, limit=None)
    reading = step("billwright.reporting", "account_page" if _is_by_debts(question, parameters) else "account_list")
    for row in each_row(reading, parameters):
        # The totals are asked with the list.
        if row[0] is not None:
            yield _line(row, question.as_of)


def _is_by_debts(question: AccountQuestion, parameters: dict[str, Any]) -> bool:
    """Whether accounts are left out by nothing but what they owe, so that sums kept by account answer."""
    return parameters["account_ids"] is None and not question.state and question.standing in _STANDINGS_KEPT


def _parameters(question: AccountQuestion, place: Place | None, *, limit: int | None) -> dict[str, Any]:
    """What the statements ask; of accounts only those whose name, number or reference is searched for."""
    entity_ids, text = question.legal_entity_ids, question.text.strip()
    descending = question.descending != (place is not None and place.backward)
    account_ids = account_ids_found(text, legal_entity_ids=entity_ids, limit=FOUND_MAX) if text else None
    return {
        "as_of": question.as_of,
        "legal_entity_ids": list(entity_ids),
        "account_ids": account_ids if question.customer_id is None else _of_customer(question.customer_id, account_ids),
        "currency": question.currency,
        "state": question.state,
        "standing": question.standing,
        "sort": question.sort,
        "sign": -1 if descending else 1,
        "after_figure": None if place is None else place.figure,
        "after_id": None if place is None else place.id,
        "limit": limit,
        "counted_max": COUNTED_MAX,
        "with_clear": question.standing not in _STANDINGS_WITH_ITEMS,
    }


def _of_customer(customer_id: int, account_ids: list[int] | None) -> list[int]:
    """The accounts of a customer, of those that a text found."""
    with connection.cursor() as cursor:
        parameters = {"party_ids": [customer_id], "account_ids": account_ids}
        return [id_ for (id_,) in step("billwright.reporting", "accounts_of_parties").rows(cursor, parameters)]


def _read_page(cursor: Any, parameters: dict[str, Any]) -> Sequence[Any]:
    """Rows of the page. Accounts that never owed anything are not looked for while others fill the page before them."""
    reading = step("billwright.reporting", "account_page")
    clear_figure = _CLEAR_FIGURES.get(parameters["sort"], 0)
    rows = reading.rows(cursor, {**parameters, "with_clear": False})
    sign = parameters["sign"]
    is_full = len(rows) == parameters["limit"] and all(sign * row[-1] < sign * clear_figure for row in rows)
    if is_full or not parameters["with_clear"] or parameters["sort"] == "opened":
        return rows
    return reading.rows(cursor, parameters)


def _page(
    found: Sequence[Any],
    totals: tuple[AccountListTotal, ...],
    *,
    question: AccountQuestion,
    place: Place | None,
    limit: int,
) -> AccountListPage:
    backward = place is not None and place.backward
    more, kept = len(found) > limit, list(found[:limit])
    if backward:
        kept.reverse()
    has_next, has_previous = (True, more) if backward else (more, place is not None)
    return AccountListPage(
        rows=tuple(_line(row, question.as_of) for row in kept),
        totals=totals,
        following=Place(kept[-1][-1], kept[-1][0]) if kept and has_next else None,
        preceding=Place(kept[0][-1], kept[0][0], backward=True) if kept and has_previous else None,
        counts_at_most=0 if _is_narrowed(question) else COUNTED_MAX,
    )


def _is_narrowed(question: AccountQuestion) -> bool:
    """Whether anything but the company and currency leaves accounts out."""
    by_text = question.text.strip() or question.customer_id is not None
    return bool(by_text or question.state or question.standing)


def _line(row: tuple[Any, ...], as_of: date) -> AccountLine:
    id_, number, name, customer_id, entity_id, currency, state, reference, open_, overdue, oldest, cash, _figure = row
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


def _total(currency: str, open_: int, overdue: int, cash: int, count: int) -> AccountListTotal:
    return AccountListTotal(
        currency=currency,
        count=count,
        open=Money(open_, currency),
        overdue=Money(overdue, currency),
        unallocated=Money(cash, currency),
    )
