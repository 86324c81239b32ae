"""A day at one of the desks of the demo's last weeks: who acts, on which accounts, and what else they had planned."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from billwright.accounts.queries import get_account, get_customer
from billwright.kernel.acts import Act
from billwright.org.queries import BankAccountRow, LegalEntityRow, list_bank_accounts
from billwright.receivables.queries import chaseable
from billwright.receivables.rows import OpenItemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the desks of a day have before them; it is the same story on each of them.

    `taken` are the accounts that some desk deals with, `balances` the closing balances of the statements of each
    company's bank, `notes` what one day leaves for another, `staff` the actors by role. `forget` takes an account's
    own payments out of the plan.
    """

    day: date
    first_day: date
    rng: random.Random
    actor: str
    approver: str
    entities: Mapping[str, LegalEntityRow]
    accounts: Mapping[str, Sequence[int]]
    taken: set[int]
    balances: dict[str, list[Decimal]]
    notes: dict[str, tuple[int, ...]]
    staff: Mapping[str, str]
    forget: Callable[[int], None]

    def act(self, reason: str = "demo", *, actor: str = "") -> Act:
        """An act of the first person at nine in the morning, or of another."""
        return Act(actor=actor or self.actor, at=datetime.combine(self.day, time(9), UTC), reason=reason)

    def second(self, reason: str = "Checked") -> Act:
        """An act of the person who approves."""
        return self.act(reason, actor=self.approver)

    def payer(self, account_id: int) -> str:
        """The name of an account's customer."""
        return get_customer(get_account(account_id).customer_id).name

    def ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def bank(self, code: str) -> BankAccountRow:
        """The bank account of a company."""
        return list_bank_accounts(self.entities[code].id)[0]

    def few(self, code: str, count: int) -> int:
        """So many of a company's accounts, but no more than a quarter of them."""
        return min(count, max(len(self.accounts[code]) // 4, 1))

    def some_accounts(self, code: str, count: int) -> list[int]:
        """Accounts of a company, for what leaves their payments alone."""
        return self.rng.sample(self.accounts[code], self.few(code, count))

    def claims(
        self, code: str, count: int, *, due_only: bool = False, dated_from: date = date.min
    ) -> list[OpenItemRow]:
        """One open invoice of each of so many accounts that no desk has taken; what they had planned is forgotten.

        `due_only`: due by today; `dated_from`: written on that day or later, and nothing of it settled.
        """
        oldest: dict[int, OpenItemRow] = {}
        for item in chaseable(as_of=self.day, account_ids=self.accounts[code]):
            is_free = item.account_id not in self.taken and item.chaseable == item.open and item.open.amount_minor > 0
            is_fresh = item.document_date >= dated_from and (item.open == item.amount or dated_from == date.min)
            if is_free and is_fresh and (item.due_date <= self.day or not due_only):
                oldest.setdefault(item.account_id, item)
        chosen = self.rng.sample(list(oldest.values()), min(self.few(code, count), len(oldest)))
        for item in chosen:
            self.taken.add(item.account_id)
            self.forget(item.account_id)
        return chosen
