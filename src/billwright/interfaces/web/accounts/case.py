"""All that is known of one account, gathered in a fixed number of queries: the case that its page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from billwright.accounts import queries as accounts
from billwright.accounts.rows import (
    AccountRow,
    AddressRow,
    ContactRow,
    CustomerRow,
    ParentLinkRow,
    ReferenceRow,
    StatusNoteRow,
)
from billwright.kernel.money import Money
from billwright.org.queries import LegalEntityRow, get_legal_entity
from billwright.org.terms import Terms
from billwright.org.terms_words import told
from billwright.receivables.queries import chaseable, count_items, list_cash, list_holds
from billwright.receivables.rows import CashRow, HoldRow, OpenItemRow
from billwright.reporting.reconciliation import Reconciliation, reconcile
from billwright.subscriptions.queries import RenewalRow, SubscriptionRow, list_subscriptions, next_renewals

RENEWALS_AHEAD: Final = timedelta(days=400)
BUCKETS: Final = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))


@dataclass(frozen=True)
class AccountCase:
    """One account with its customer, debts, money, contracts and people, as of a day."""

    account: AccountRow
    customer: CustomerRow
    entity: LegalEntityRow
    as_of: date
    items: list[OpenItemRow]
    item_count: int
    holds: list[HoldRow]
    cash: list[CashRow]
    subscriptions: list[SubscriptionRow]
    renewals: list[RenewalRow]
    status_note: StatusNoteRow | None
    contacts: list[ContactRow]
    addresses: list[AddressRow]
    references: tuple[ReferenceRow, ...]
    parent: ParentLinkRow | None
    children: list[ParentLinkRow]
    relatives: dict[int, AccountRow]
    siblings: list[AccountRow]
    reconciliation: Reconciliation

    @cached_property
    def overdue_items(self) -> list[OpenItemRow]:
        return [item for item in self.items if item.open.amount_minor > 0 and item.due_date < self.as_of]

    @cached_property
    def held_items(self) -> list[OpenItemRow]:
        return [item for item in self.items if item.held]

    @property
    def credit_items(self) -> list[OpenItemRow]:
        return [item for item in self.items if item.open.amount_minor < 0]

    @cached_property
    def open(self) -> Money:
        return self._sum(item.open for item in self.items)

    @cached_property
    def overdue(self) -> Money:
        return self._sum(item.open for item in self.overdue_items)

    @cached_property
    def held(self) -> Money:
        return self._sum(item.held for item in self.items)

    @cached_property
    def unallocated(self) -> Money:
        return self._sum(piece.left for piece in self.cash)

    @property
    def oldest(self) -> OpenItemRow | None:
        return min(self.overdue_items, key=lambda item: item.due_date, default=None)

    @property
    def days_overdue(self) -> int:
        return 0 if self.oldest is None else (self.as_of - self.oldest.due_date).days

    @cached_property
    def buckets(self) -> list[Money]:
        """What is open by days overdue, as BUCKETS names them."""
        sums = [Money.zero(self.account.currency)] * len(BUCKETS)
        for item in self.items:
            place = self._bucket_of((self.as_of - item.due_date).days)
            sums[place] += item.open
        return sums

    @property
    def has_own_terms(self) -> bool:
        return self.account.payment_terms_days is not None or bool(self.account.payment_parts)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The payment terms that hold, for a reader: days, or a line a part."""
        of = self.account if self.has_own_terms else self.entity
        return told(Terms(of.payment_terms_days or 0, of.payment_parts))

    def _bucket_of(self, days: int) -> int:
        return next(place for place, (_first, last) in enumerate(BUCKETS) if last is None or days <= last)

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return sum(amounts, start=Money.zero(self.account.currency))


def gather(account: AccountRow, *, as_of: date) -> AccountCase:
    """The case of an account on a day. The number of queries does not depend on how much there is."""
    items = chaseable(as_of=as_of, account_ids=[account.id])
    parent = accounts.parent_on(account.id, on=as_of)
    children = accounts.list_children(account.id, on=as_of)
    relatives = {link.child_id for link in children} | ({parent.parent_id} if parent else set())
    return AccountCase(
        account=account,
        customer=accounts.get_customer(account.customer_id),
        entity=get_legal_entity(legal_entity_id=account.legal_entity_id),
        as_of=as_of,
        items=items,
        item_count=count_items(account.id),
        holds=list_holds(open_item_ids=[item.open_item_id for item in items], as_of=as_of),
        cash=list_cash(account_id=account.id),
        subscriptions=list_subscriptions(account_ids=[account.id]),
        renewals=next_renewals(account_ids=[account.id], until=as_of + RENEWALS_AHEAD),
        status_note=accounts.present_status_note(account.id),
        contacts=accounts.list_contacts(account.id),
        addresses=accounts.list_addresses(account.id, on=as_of),
        references=accounts.list_references(account.id),
        parent=parent,
        children=children,
        relatives=accounts.get_accounts(relatives),
        siblings=[row for row in accounts.list_customer_accounts(account.customer_id) if row.id != account.id],
        reconciliation=reconcile([account.id]),
    )
