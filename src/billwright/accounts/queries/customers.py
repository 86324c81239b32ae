"""Reads of customers and of the history of customers and accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from billwright.accounts.models import BillingAccount, Contact, Customer
from billwright.accounts.queries.billing_accounts import account_row
from billwright.accounts.rows import AccountRow, ChangeRow, CustomerRow
from billwright.accounts.states import CustomerKind
from billwright.kernel.errors import NotFound
from billwright.kernel.trail import TrailRow, trail_of

CHANGES_ON_A_PAGE = 100
CUSTOMERS_ON_A_PAGE = 100


def customer_row(customer: Customer) -> CustomerRow:
    """The customer as a frozen row."""
    return CustomerRow(
        id=customer.pk,
        name=customer.name,
        kind=CustomerKind(customer.kind),
        country=customer.country,
        timezone=customer.timezone,
        language=customer.language,
        first_name=customer.first_name,
        last_name=customer.last_name,
        tax_number=customer.tax_number,
        registration_number=customer.registration_number,
        reference=customer.reference,
        merged_into_id=customer.merged_into_id,
        merged_at=customer.merged_at,
        version=customer.version,
        created_at=customer.created_at,
    )


def find_customer(customer_id: int) -> CustomerRow | None:
    """The customer, or None."""
    customer = Customer.objects.filter(pk=customer_id).first()
    return None if customer is None else customer_row(customer)


def get_customer(customer_id: int) -> CustomerRow:
    """The customer. Raises NotFound `customer.not_found`."""
    row = find_customer(customer_id)
    if row is None:
        raise NotFound("customer.not_found", _("There is no such customer."), field="customer_id")
    return row


def list_customers(
    *,
    name: str = "",
    country: str = "",
    reference: str = "",
    legal_entity_ids: Collection[int] | None = None,
    after_id: int = 0,
    limit: int = CUSTOMERS_ON_A_PAGE,
) -> list[CustomerRow]:
    """Customers in the order of their making, after a key; `name` is its beginning in any case of letters.

    With `legal_entity_ids` those with an account in one of them. Merged customers are left out.
    """
    customers = Customer.objects.filter(id__gt=after_id, merged_into=None)
    given = {"name__istartswith": name, "country": country, "reference": reference}
    customers = customers.filter(**{field: value for field, value in given.items() if value})
    if legal_entity_ids is not None:
        theirs = BillingAccount.objects.filter(customer_id=OuterRef("pk"), legal_entity_id__in=legal_entity_ids)
        customers = customers.filter(Exists(theirs))
    return [customer_row(customer) for customer in customers.order_by("id")[:limit]]


def customers_seen(customer_ids: Iterable[int], *, legal_entity_ids: Collection[int] | None) -> set[int]:
    """Those of the customers that companies may see: with an account in one of them, or with none anywhere.

    None means all companies. Whoever merged a customer sees it by the accounts of the one that it became.
    """
    asked = set(customer_ids)
    if legal_entity_ids is None:
        return asked
    standing = surviving_customers(asked)
    companies = BillingAccount.objects.filter(customer_id__in=set(standing.values()))
    held: dict[int, set[int]] = defaultdict(set)
    for customer_id, legal_entity_id in companies.values_list("customer_id", "legal_entity_id").distinct():
        held[customer_id].add(legal_entity_id)
    return {one for one, stands in standing.items() if not held[stands] or held[stands] & set(legal_entity_ids)}


def surviving_customers(customer_ids: Iterable[int]) -> dict[int, int]:
    """Each customer with the one that stands for it: itself, or the one that it was merged into, at any remove."""
    standing = {customer_id: customer_id for customer_id in customer_ids}
    while True:
        merged = dict(
            Customer.objects.filter(id__in=set(standing.values()), merged_into__isnull=False).values_list(
                "id", "merged_into_id"
            )
        )
        if not merged:
            return standing
        standing = {one: merged.get(other, other) for one, other in standing.items()}


def list_customer_accounts(customer_id: int) -> list[AccountRow]:
    """The billing accounts of a customer, the oldest first."""
    rows = BillingAccount.objects.filter(customer_id=customer_id).select_related("customer").order_by("id")
    return [account_row(account, account.customer.name) for account in rows]


def list_changes(
    *,
    customer_id: int | None = None,
    account_id: int | None = None,
    before_id: int | None = None,
    limit: int = CHANGES_ON_A_PAGE,
) -> list[ChangeRow]:
    """The history of a customer, of an account with its contacts, or of both, newest first.

    It holds what was changed here; `before_id` continues a page.
    """
    subjects: list[str] = []
    if customer_id is not None:
        subjects.append(f"customer:{customer_id}")
    if account_id is not None:
        subjects.append(f"account:{account_id}")
        contact_ids = Contact.objects.filter(account_id=account_id).values_list("id", flat=True)
        subjects += [f"contact:{contact_id}" for contact_id in contact_ids]
    return [_change(row) for row in trail_of(subjects, before_id=before_id, limit=limit)]


def _change(row: TrailRow) -> ChangeRow:
    return ChangeRow(
        id=row.id,
        verb=row.verb,
        subject=row.subject,
        actor=row.actor,
        on_behalf_of=row.on_behalf_of,
        at=row.at,
        reason=row.reason,
        effective_on=row.effective_on,
        before=_plain(row.before),
        after=_plain(row.after),
        erased=row.erased,
    )


def _plain(values: dict[str, Any]) -> dict[str, str | int | bool | None]:
    return {
        name: value if value is None or isinstance(value, str | int | bool) else str(value)
        for name, value in values.items()
    }
