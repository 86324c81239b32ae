"""Receipts with what is left of them: the list that whoever applies cash works from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from billwright.accounts.queries import account_ids_found
from billwright.kernel.money import Money
from billwright.kernel.reading import each_row
from billwright.kernel.sql import step
from billwright.reporting.size import COUNTED_MAX

Standing = Literal["", "waiting", "suspense"]
FOUND_MAX = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuestion:
    """What the list is asked. `standing`: with money left, or with money whose payer is not known.

    `text` is the beginning of a number or reference, of words of the payer's name, or what finds an account; of more
    than FOUND_MAX receipts that it finds, the newest are listed.
    """

    as_of: date
    legal_entity_ids: tuple[int, ...]
    text: str = ""
    method: str = ""
    state: str = ""
    currency: str = ""
    standing: Standing = ""
    since: date | None = None
    until: date | None = None
    account_id: int | None = None
    newest_first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """One receipt; `days_waiting` counts from its value date while something of it is left."""

    id: int
    number: str
    value_date: date
    account_id: int | None
    account_number: str
    account_name: str
    payer_name: str
    legal_entity_id: int
    method: str
    reference: str
    state: str
    amount: Money
    left: Money
    in_suspense: bool
    days_waiting: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentListTotal:
    """The figures of all receipts that the filters leave, in one currency."""

    currency: str
    count: int
    amount: Money
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentListPage:
    """A page of receipts with the count and totals of all of them; `following` is None on the last page.

    A count of COUNTED_MAX says that there are so many at least; there are no totals then.
    """

    rows: tuple[PaymentLine, ...]
    count: int
    totals: tuple[PaymentListTotal, ...]
    following: tuple[date, int] | None


def list_payments_with_rest(
    question: PaymentQuestion, *, after: tuple[date, int] | None = None, limit: int = 50
) -> PaymentListPage:
    """A page of receipts after the key (value_date, id) of the last row seen, and what the foot says."""
    parameters = _parameters(question, after=after, limit=limit + 1)
    with connection.cursor() as cursor:
        found = step("billwright.reporting", "payment_list").rows(cursor, parameters)
        counted = step("billwright.reporting", "payment_totals").rows(cursor, parameters)
    totals = tuple(_total(*row) for row in counted)
    count = sum(total.count for total in totals)
    rows = tuple(_line(row, question.as_of) for row in found[:limit])
    return PaymentListPage(
        rows=rows,
        count=count,
        totals=totals if count < COUNTED_MAX else (),
        following=(rows[-1].value_date, rows[-1].id) if len(found) > limit else None,
    )


def each_payment_with_rest(question: PaymentQuestion) -> Iterator[PaymentLine]:
    """Every receipt in the order of the list, however many there are. Needs an open transaction."""
    parameters = _parameters(question, after=None, limit=None)
    for row in each_row(step("billwright.reporting", "payment_list"), parameters):
        yield _line(row, question.as_of)


def _parameters(question: PaymentQuestion, *, after: tuple[date, int] | None, limit: int | None) -> dict[str, Any]:
    """What the statements ask; without a limit they find every receipt."""
    return {
        "legal_entity_ids": list(question.legal_entity_ids),
        "payment_ids": _payment_ids_found(question.text.strip(), question.legal_entity_ids),
        "method": question.method,
        "state": question.state,
        "currency": question.currency,
        "standing": question.standing,
        "since": question.since,
        "until": question.until,
        "account_id": question.account_id,
        "newest_first": question.newest_first,
        "after_day": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
        "counted_max": COUNTED_MAX,
    }


def _payment_ids_found(text: str, legal_entity_ids: Collection[int]) -> list[int] | None:
    """The receipts of companies that a text finds; None where it is empty and leaves nothing out."""
    if not text:
        return None
    beginning = "".join(f"\\{mark}" if mark in "\\%_" else mark for mark in text)
    parameters = {
        "legal_entity_ids": list(legal_entity_ids),
        "beginning": f"{beginning}%",
        "words": " & ".join("'{}':*".format(word.replace("'", "''")) for word in text.replace("\\", " ").split()),
        "account_ids": account_ids_found(text, legal_entity_ids=legal_entity_ids, limit=FOUND_MAX),
        "found_max": FOUND_MAX,
    }
    with connection.cursor() as cursor:
        return [id_ for (id_,) in step("billwright.reporting", "payments_found").rows(cursor, parameters)]


def _line(row: tuple[Any, ...], as_of: date) -> PaymentLine:
    *facts, currency, amount_minor, left_minor, in_suspense = row
    names = (
        "id", "number", "value_date", "account_id", "account_number", "account_name", "payer_name", "legal_entity_id",
        "method", "reference", "state",
    )  # fmt: skip
    named = dict(zip(names, facts, strict=True))
    return PaymentLine(
        **named,
        amount=Money(amount_minor, currency),
        left=Money(left_minor, currency),
        in_suspense=in_suspense,
        days_waiting=(as_of - named["value_date"]).days if left_minor else None,
    )


def _total(currency: str, count: int, amount_minor: int, left_minor: int) -> PaymentListTotal:
    return PaymentListTotal(
        currency=currency, count=count, amount=Money(amount_minor, currency), left=Money(left_minor, currency)
    )
