"""Account reconciliation: documents = sub-ledger = control account, or the document, item or entry that differs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.queries import unproved


class DifferenceKind(StrEnum):
    """Which two figures disagree."""

    DOCUMENT = "DOCUMENT"  # an issued document and its open item
    ITEM = "ITEM"  # an item's open amount and its allocations
    CASH = "CASH"  # a piece of cash and what was done with it
    ENTRY = "ENTRY"  # our rows and the journal entry that they name, or an entry that none of them names


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One transaction that differs: `subject` names it, `ours` is the sub-ledger's figure, `theirs` the other one."""

    kind: DifferenceKind
    account_id: int | None
    subject: str
    says: str
    ours: Money
    theirs: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledAccount:
    """The same money three times, of one account: documents and items, open items and control account, cash twice."""

    account_id: int
    number: str
    legal_entity_id: int
    documents: Money
    items: Money
    open_items: Money
    control: Money
    unallocated: Money
    cash_ledger: Money

    @property
    def ties(self) -> bool:
        return self.documents == self.items and self.open_items == self.control and self.unallocated == self.cash_ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Every account with a movement, and every transaction that differs; nothing differs in a book that ties."""

    accounts: tuple[ReconciledAccount, ...]
    differences: tuple[Difference, ...]

    @property
    def ties(self) -> bool:
        return not self.differences and all(account.ties for account in self.accounts)


def reconcile(account_ids: Collection[int] | None = None) -> Reconciliation:
    """Reconcile the given accounts, or all. Single transactions are looked into where an account does not tie."""
    with connection.cursor() as cursor:
        rows = step("billwright.reporting", "reconcile_accounts").rows(
            cursor, {"account_ids": list(account_ids) if account_ids is not None else None}
        )
    accounts = tuple(_account(*row) for row in rows)
    # Two faults can cancel out on an account that was asked for by name: there everything is looked into.
    suspects = [account.account_id for account in accounts if account_ids is not None or not account.ties]
    differences = [
        Difference(
            kind=DifferenceKind.ITEM if found.what == "check_items" else DifferenceKind.CASH,
            account_id=found.account_id,
            subject=found.subject,
            says="",
            ours=found.stated,
            theirs=found.proved,
        )
        for found in unproved(account_ids)
    ]
    if suspects:
        differences += _documents(suspects) + _entries(suspects)
    return Reconciliation(accounts=accounts, differences=tuple(differences))


def _account(account_id: int, number: str, legal_entity_id: int, currency: str, *minors: int) -> ReconciledAccount:
    documents, items, open_items, control, unallocated, cash_ledger = (Money(minor, currency) for minor in minors)
    return ReconciledAccount(
        account_id=account_id,
        number=number,
        legal_entity_id=legal_entity_id,
        documents=documents,
        items=items,
        open_items=open_items,
        control=control,
        unallocated=unallocated,
        cash_ledger=cash_ledger,
    )


def _rows(name: str, account_ids: Sequence[int]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        return step("billwright.reporting", name).rows(cursor, {"account_ids": list(account_ids)})


def _documents(account_ids: Sequence[int]) -> list[Difference]:
    return [
        Difference(
            kind=DifferenceKind.DOCUMENT,
            account_id=account_id,
            subject=f"invoice:{invoice_id}",
            says=number,
            ours=Money(item, currency),
            theirs=Money(document, currency),
        )
        for invoice_id, number, account_id, currency, document, item in _rows("reconcile_documents", account_ids)
    ]


def _entries(account_ids: Sequence[int]) -> list[Difference]:
    return [
        Difference(
            kind=DifferenceKind.ENTRY,
            account_id=account_id,
            subject=f"entry:{entry_id}",
            says=f"{role} {entry_key or ''} {day or ''}".strip(),
            ours=Money(ours, currency),
            theirs=Money(ledger, currency),
        )
        for entry_id, account_id, currency, role, ours, ledger, entry_key, day in _rows(
            "reconcile_entries", account_ids
        )
    ]
