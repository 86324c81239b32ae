"""Accounts with what they owe: the list that a desk works from, page by page, with its totals per currency."""

from __future__ import annotations

from collections import defaultdict
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
        found = _read_page(cursor, parameters, question)
        is_all = place is None and len(found) <= limit and not _is_nearly_whole(question)
        totals = _summed(found) if is_all else _read_totals(cursor, parameters, question)
    return _page(found, totals, question=question, place=place, limit=limit)


def each_account_with_debts(question: AccountQuestion) -> Iterator[AccountLine]:
    """Every account in the order of the list, however many there are. Needs an open transaction."""
    for row in each_row(step("billwright.reporting", "account_page"), _parameters(question, None, limit=None)):
        yield _line(row, question.as_of)


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


def _read_page(cursor: Any, parameters: dict[str, Any], question: AccountQuestion) -> Sequence[Any]:
    """Rows of the page. Accounts that never owed anything are not looked for while others fill the page before them."""
    reading = step("billwright.reporting", "account_page")
    if not _is_nearly_whole(question):
        return reading.rows(cursor, parameters)
    clear_figure = _CLEAR_FIGURES.get(question.sort, 0)
    rows = reading.rows(cursor, {**parameters, "with_clear": False})
    sign = parameters["sign"]
    is_full = len(rows) == parameters["limit"] and all(sign * row[-1] < sign * clear_figure for row in rows)
    if is_full or question.sort == "opened":
        return rows
    return reading.rows(cursor, parameters)


def _read_totals(cursor: Any, parameters: dict[str, Any], question: AccountQuestion) -> tuple[AccountListTotal, ...]:
    """Totals of all accounts that the filters leave; of the open ones: all, less the few that are closed."""
    narrowed = step("billwright.reporting", "debt_totals")
    if not _is_nearly_whole(question):
        return tuple(_total(*row) for row in narrowed.rows(cursor, parameters))
    whole = step("billwright.reporting", "account_totals").rows(cursor, parameters)
    closed = narrowed.rows(cursor, {**parameters, "state": AccountState.CLOSED}) if question.state else ()
    aside = {currency: money for currency, *money, _count in closed}
    left = [
        (currency, *(minor - out for minor, out in zip(money, aside.get(currency, (0, 0, 0)), strict=True)), count)
        for currency, *money, count in whole
    ]
    return tuple(_total(*row) for row in left if any(row[1:]))


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
        counts_at_most=COUNTED_MAX if _is_nearly_whole(question) else 0,
    )


def _is_nearly_whole(question: AccountQuestion) -> bool:
    """Whether only the company and currency leave accounts out, or besides them that an account is closed."""
    is_found = question.text.strip() or question.customer_id is not None
    return not is_found and not question.standing and question.state in ("", AccountState.OPEN)


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


def _summed(rows: Sequence[Any]) -> tuple[AccountListTotal, ...]:
    """Totals of a list that is all on one page."""
    by_currency: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_currency[row[5]].append(row)
    return tuple(
        _total(
            currency,
            sum(row[8] for row in found),
            sum(row[9] for row in found),
            sum(row[11] for row in found),
            len(found),
        )
        for currency, found in sorted(by_currency.items())
    )


def _total(currency: str, open_: int, overdue: int, cash: int, count: int) -> AccountListTotal:
    return AccountListTotal(
        currency=currency,
        count=count,
        open=Money(open_, currency),
        overdue=Money(overdue, currency),
        unallocated=Money(cash, currency),
    )
