"""Creating and changing customers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billwright.accounts.models import BillingAccount, Customer
from billwright.accounts.operations.changing import (
    differences,
    note_difference,
    refresh_search,
    require_not_future,
    require_version,
)
from billwright.accounts.operations.checking import customer_values
from billwright.accounts.queries.customers import customer_row
from billwright.accounts.rows import CustomerChange, CustomerDraft, CustomerRow
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows

PERSONAL = frozenset({"name", "first_name", "last_name", "tax_number", "registration_number"})
BATCH_ROWS = 2000


def _subject_of_created(_: Arguments, rows: Any) -> str:
    ids = [row.id for row in rows]
    return f"customer:{ids[0]}" if len(ids) == 1 else f"customers:{min(ids, default=0)}-{max(ids, default=0)}"


@verb("customer.create", subject=_subject_of_created)
def create_customers(
    *,
    act: Act,
    drafts: tuple[CustomerDraft, ...],
    legal_entity_id: int | None = None,
) -> tuple[CustomerRow, ...]:
    """Make customers, all or none, in the order given.

    `legal_entity_id` is the company that they are made for: that is where the actor needs the right.

    Raises a Refusal with the row (from 0) of the first draft that is not valid: `country.unknown`,
    `timezone.unknown`, `language.unknown`, `tax_number.not_valid`, `customer.without_name`, `text.too_long`.
    """
    made = [
        Customer(**customer_values(asdict(draft), row=index), kind=draft.kind, created_at=act.at)
        for index, draft in enumerate(drafts)
    ]
    rows = tuple(customer_row(customer) for customer in Customer.objects.bulk_create(made, batch_size=BATCH_ROWS))
    if len(rows) == 1:
        _note_creation(rows[0])
    else:
        note_change(after={"count": len(rows)})
    return rows


def create_customer(*, act: Act, draft: CustomerDraft) -> CustomerRow:
    """Make one customer; see `create_customers`."""
    (row,) = create_customers(act=act, drafts=(draft,))
    return row


def _note_creation(row: CustomerRow) -> None:
    values = {name: getattr(row, name) for name in CustomerDraft.__slots__}
    note_difference(before={}, after=values, personal_fields=PERSONAL, customer_id=row.id, version=1, effective_on=None)


@verb("customer.update", subject=lambda arguments, _: f"customer:{arguments['customer_id']}")
def update_customer(
    *, act: Act, customer_id: int, version: int, change: CustomerChange, effective_on: date | None = None
) -> CustomerRow:
    """Change a customer that still stands at `version`; old and new values go to its history.

    `effective_on` says since when the new values are true, for the history; it may lie in the past.
    Raises Conflict `record.changed_meanwhile` naming who changed what, NotFound, and the refusals of checks.
    """
    customer = lock_customer(customer_id)
    require_version(subject=f"customer:{customer_id}", present=customer.version, seen=version)
    require_not_future(effective_on, act=act, timezone=customer.timezone)
    wanted = {name: getattr(change, name) for name in CustomerChange.__slots__ if getattr(change, name) is not None}
    kind = wanted.pop("kind", None)
    values = customer_values({**_present(customer), **wanted}, row=None) | ({} if kind is None else {"kind": kind})
    before, after = differences(customer, values)
    if not after:
        return customer_row(customer)
    for name, value in after.items():
        setattr(customer, name, value)
    customer.version += 1
    customer.save(update_fields=[*after, "version"])
    note_difference(
        before=before,
        after=after,
        personal_fields=PERSONAL,
        customer_id=customer_id,
        version=customer.version,
        effective_on=effective_on,
    )
    refresh_search(BillingAccount.objects.filter(customer_id=customer_id).values_list("id", flat=True))
    return customer_row(customer)


def lock_customer(customer_id: int) -> Customer:
    """Lock a customer that is still one of its own; NotFound, or Refusal `customer.merged`."""
    found = lock_rows(Customer, [customer_id])
    if not found:
        raise NotFound("customer.not_found", _("There is no such customer."))
    if found[0].merged_into_id is not None:
        raise Refusal(
            "customer.merged",
            _("This customer was merged into customer %(id)d.") % {"id": found[0].merged_into_id},
            field="customer_id",
            cure=_("Change that one, or undo the merge first."),
        )
    return found[0]


def _present(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in CustomerChange.__slots__ if name != "kind"}
