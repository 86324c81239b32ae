"""Whether the sub-ledger is proved by its own rows and ties to the ledger."""

from __future__ import annotations

from collections.abc import Collection
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
    """Items, pieces and sums whose cached amount is not proved by their rows, accounts that differ from the ledger.

    Over the given accounts, or all. An empty list means that everything ties.
    """
    parameters: dict[str, Any] = {"account_ids": list(account_ids) if account_ids is not None else None}
    found: list[Untied] = []
    with connection.cursor() as cursor:
        for name, subject in (("check_items", "open_item"), ("check_cash", "unallocated_cash")):
            found += [
                Untied(name, f"{subject}:{id_}", account_id, Money(stated, currency), Money(proved, currency))
                for id_, account_id, currency, stated, proved in step("billwright.receivables", name).rows(
                    cursor, parameters
                )
            ]
        found += [
            Untied("check_account_sums", "account_sum", account_id, Money(stated, currency), Money(proved, currency))
            for account_id, currency, stated, proved in step("billwright.receivables", "check_account_sums").rows(
                cursor, parameters
            )
        ]
        found += [
            Untied("check_control", role, account_id, Money(sub_ledger, currency), Money(ledger, currency))
            for account_id, currency, role, sub_ledger, ledger in step("billwright.receivables", "check_control").rows(
                cursor, parameters
            )
        ]
    return found if account_ids is not None else [*found, *_untied_days()]


def _untied_days() -> list[Untied]:
    """Sums of days over all accounts that are not those of their items."""
    with connection.cursor() as cursor:
        return [
            Untied("check_day_sums", subject, None, Money(stated, currency), Money(proved, currency))
            for subject, currency, stated, proved in step("billwright.receivables", "check_day_sums").rows(cursor, {})
        ]


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
