"""All that is known of one account, gathered in a fixed number of queries: the case that its page shows."""

from __future__ import annotations

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
from billwright.receivables.queries import (
    count_items,
    get_items,
    held_of,
    list_account_holds,
    list_cash,
    list_credits,
    list_open_items,
    open_figures,
)
from billwright.receivables.rows import CashRow, HoldRow, ItemRow, OpenFigures
from billwright.reporting.ageing import DEFAULT_BOUNDS
from billwright.reporting.reconciliation import Reconciliation, reconcile
from billwright.subscriptions.queries import RenewalRow, SubscriptionRow, list_subscriptions, next_renewals

RENEWALS_AHEAD: Final = timedelta(days=400)


@dataclass(frozen=True)
class AccountCase:
    """One account with its customer, debts, money, contracts and people, as of a day.

    Of what is open there are the sums, and the items that the page always shows: those held, and credit to use. `held`
    says how much of an item its holds keep. `buckets` of the figures are by DEFAULT_BOUNDS.
    """

    account: AccountRow
    customer: CustomerRow
    entity: LegalEntityRow
    as_of: date
    figures: OpenFigures
    oldest: ItemRow | None
    item_count: int
    holds: list[HoldRow]
    held_items: dict[int, ItemRow]
    held: dict[int, Money]
    credit_items: list[ItemRow]
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
    def held_in_all(self) -> Money:
        return sum(self.held.values(), start=Money.zero(self.account.currency))

    @cached_property
    def unallocated(self) -> Money:
        return sum((piece.left for piece in self.cash), start=Money.zero(self.account.currency))

    @property
    def days_overdue(self) -> int:
        return 0 if self.oldest is None else (self.as_of - self.oldest.due_date).days

    @property
    def has_own_terms(self) -> bool:
        return self.account.payment_terms_days is not None or bool(self.account.payment_parts)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The payment terms that hold, for a reader: days, or a line a part."""
        of = self.account if self.has_own_terms else self.entity
        return told(Terms(of.payment_terms_days or 0, of.payment_parts))


def gather(account: AccountRow, *, as_of: date) -> AccountCase:
    """The case of an account on a day, in a number of queries that does not depend on how much there is."""
    figures = open_figures(account_id=account.id, currency=account.currency, as_of=as_of, bounds=DEFAULT_BOUNDS)
    overdue = list_open_items(account_id=account.id, overdue_on=as_of, limit=1) if figures.overdue_count else []
    holds = list_account_holds(account_id=account.id, as_of=as_of)
    held_items = get_items({hold.open_item_id for hold in holds})
    parent = accounts.parent_on(account.id, on=as_of)
    children = accounts.list_children(account.id, on=as_of)
    relatives = {link.child_id for link in children} | ({parent.parent_id} if parent else set())
    return AccountCase(
        account=account,
        customer=accounts.get_customer(account.customer_id),
        entity=get_legal_entity(legal_entity_id=account.legal_entity_id),
        as_of=as_of,
        figures=figures,
        oldest=overdue[0] if overdue else None,
        item_count=count_items(account.id),
        holds=holds,
        held_items=held_items,
        held=held_of(held_items.values(), holds),
        credit_items=list_credits(account.id) if figures.count > figures.claim_count else [],
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
