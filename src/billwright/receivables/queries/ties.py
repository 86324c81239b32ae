"""Whether the sub-ledger is proved by its own rows and ties to the ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from billwright.kernel.money import Money
from billwright.kernel.sql import step


@dataclass(frozen=True, slots=True)
class Untied:
    """One place where two figures that must agree do not: `what` names it, `stated` is ours, `proved` the other."""

    what: str
    subject: str
    account_id: int | None
    stated: Money
    proved: Money


def untied(account_ids: Collection[int] | None = None) -> list[Untied]:
    """What is unproved, and the accounts that differ from the ledger.

    Over the given accounts, or all. An empty list means that everything ties.
    """
    return unproved(account_ids) + [
        Untied("check_control", role, account_id, Money(sub_ledger, currency), Money(ledger, currency))
        for account_id, currency, role, sub_ledger, ledger in _found("check_control", account_ids)
    ]


def unproved(account_ids: Collection[int] | None = None) -> list[Untied]:
    """Items, pieces and sums whose cached amount is not proved by their rows.

    Over the given accounts, or all; sums of days, which are over all accounts, only with these.
    """
    found = [
        Untied(name, f"{subject}:{id_}", account_id, Money(stated, currency), Money(proved, currency))
        for name, subject in (("check_items", "open_item"), ("check_cash", "unallocated_cash"))
        for id_, account_id, currency, stated, proved in _found(name, account_ids)
    ]
    found += [
        Untied("check_account_sums", "account_sum", account_id, Money(stated, currency), Money(proved, currency))
        for account_id, currency, stated, proved in _found("check_account_sums", account_ids)
    ]
    return found if account_ids is not None else found + _untied_days()


def _untied_days() -> list[Untied]:
    """Sums of days over all accounts that are not those of their items."""
    return [
        Untied("check_day_sums", subject, None, Money(stated, currency), Money(proved, currency))
        for subject, currency, stated, proved in _found("check_day_sums", None)
    ]


def _found(name: str, account_ids: Collection[int] | None) -> Sequence[Any]:
    parameters = {"account_ids": list(account_ids) if account_ids is not None else None}
    with connection.cursor() as cursor:
        return step("billwright.receivables", name).rows(cursor, parameters)


def assert_sub_ledger_ties() -> None:
    """Every cached amount is proved and every account that receivables knows ties to the ledger.

    Raises AssertionError. Accounts without an item or a piece of cash are left to the reconciliation report.
    """
    known = _known_accounts()
    found = [*(untied(known) if known else []), *_untied_days()]
    assert not found, f"the sub-ledger does not tie: {found[:5]}"


def _known_accounts() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select account_id from receivables_open_item union"
            " select account_id from receivables_unallocated_cash where account_id is not null"
        )
        return [row[0] for row in cursor.fetchall()]
