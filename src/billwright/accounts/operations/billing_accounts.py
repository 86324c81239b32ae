"""Creating, changing, closing and reopening billing accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from billwright.accounts.layouts import read_layout
from billwright.accounts.models import Address, BillingAccount, Contact, Customer, ParentLink
from billwright.accounts.operations.changing import (
    differences,
    note_difference,
    refresh_search,
    require_not_future,
    require_version,
)
from billwright.accounts.operations.checking import account_values, address_values, contact_values, require_fitting
from billwright.accounts.policies import account_number, check_length
from billwright.accounts.queries.billing_accounts import account_row
from billwright.accounts.rows import AccountChange, AccountDraft, AccountRow
from billwright.accounts.states import BILLING_ACCOUNT
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import require_valid_on
from billwright.org import terms
from billwright.org.queries import get_legal_entity

PERSONAL = frozenset({"name"})
_CLEARABLE = frozenset({"cycle_day", "payment_terms_days"})
BATCH_ROWS = 2000
CHILDREN_NAMED = 5


def _subject_of_created(_: Arguments, rows: Any) -> str:
    ids = [row.id for row in rows]
    return f"account:{ids[0]}" if len(ids) == 1 else f"accounts:{min(ids, default=0)}-{max(ids, default=0)}"


@verb("account.create", subject=_subject_of_created)
def create_accounts(*, act: Act, drafts: tuple[AccountDraft, ...]) -> tuple[AccountRow, ...]:
    """Make billing accounts with their contacts and addresses, all or none, in the order given.

    Raises a Refusal with the row (from 0) of the first draft that is not valid, Conflict `account.number_taken`
    when a number given is another account's, NotFound `customer.not_found`.
    """
    customers = _customers_of(drafts)
    for legal_entity_id in {draft.legal_entity_id for draft in drafts}:
        get_legal_entity(legal_entity_id=legal_entity_id)
    numbers = _numbers_for(drafts)
    made = [
        BillingAccount(
            **_checked_draft(draft, customers[draft.customer_id], row=index),
            number=number,
            created_at=act.at,
        )
        for index, (draft, number) in enumerate(zip(drafts, numbers, strict=True))
    ]
    BillingAccount.objects.bulk_create(made, batch_size=BATCH_ROWS)
    _add_contacts_and_addresses(made, drafts, customers)
    refresh_search(account.pk for account in made)
    rows = tuple(account_row(account, customers[account.customer_id].name) for account in made)
    if len(rows) == 1:
        values = {name: getattr(made[0], name) for name in (*AccountChange.__slots__, "number") if name != "clear"}
        note_difference(
            before={},
            after=values,
            personal_fields=PERSONAL,
            customer_id=made[0].customer_id,
            version=1,
            effective_on=None,
        )
    else:
        note_change(after={"count": len(rows)})
    return rows


def create_account(*, act: Act, draft: AccountDraft) -> AccountRow:
    """Make one billing account; see `create_accounts`."""
    (row,) = create_accounts(act=act, drafts=(draft,))
    return row


def _customers_of(drafts: Sequence[AccountDraft]) -> dict[int, Customer]:
    found = Customer.objects.in_bulk({draft.customer_id for draft in drafts})
    for index, draft in enumerate(drafts):
        customer = found.get(draft.customer_id)
        if customer is None or customer.merged_into_id is not None:
            raise NotFound(
                "customer.not_found",
                _("There is no customer %(id)d to bill.") % {"id": draft.customer_id},
                field="customer_id",
                row=index,
            )
    return found


def _numbers_for(drafts: Sequence[AccountDraft]) -> list[str]:
    given = [draft.number.strip() for draft in drafts if draft.number.strip()]
    taken = set(BillingAccount.objects.filter(number__in=given).values_list("number", flat=True))
    missing = len(drafts) - len(given)
    with connection.cursor() as cursor:
        cursor.execute("select nextval('accounts_billing_account_serial') from generate_series(1, %s)", [missing])
        serials = iter(cursor.fetchall())
    numbers: list[str] = []
    for index, draft in enumerate(drafts):
        number = check_length(draft.number, field="number", length_max=30)
        if number and number in taken:
            raise Conflict(
                "account.number_taken",
                _("The number %(number)s belongs to another account.") % {"number": number},
                field="number",
                row=index,
                cure=_("Give another number, or leave it empty for one of ours."),
            )
        taken.add(number)
        numbers.append(number or account_number(int(next(serials)[0])))
    return numbers


def _checked_draft(draft: AccountDraft, customer: Customer, *, row: int) -> dict[str, Any]:
    try:
        require_valid_on(draft.currency, draft.opened_on)
        values = {name: getattr(draft, name) for name in AccountDraft.__slots__}
        values["timezone"] = values["timezone"] or customer.timezone
        values["language"] = values["language"] or customer.language
        checked = account_values(values, currency=draft.currency)
        require_fitting(checked, kind=customer.kind, legal_entity_id=draft.legal_entity_id, on=draft.opened_on)
    except Refusal as refused:
        refused.row = row
        raise
    return checked | {
        "customer_id": draft.customer_id,
        "legal_entity_id": draft.legal_entity_id,
        "currency_id": draft.currency,
        "opened_on": draft.opened_on,
    }


def _add_contacts_and_addresses(
    made: Sequence[BillingAccount], drafts: Sequence[AccountDraft], customers: Mapping[int, Customer]
) -> None:
    contacts: list[Contact] = []
    addresses: list[Address] = []
    for index, (account, draft) in enumerate(zip(made, drafts, strict=True)):
        country = customers[account.customer_id].country
        try:
            contacts += [Contact(account=account, **contact_values(c, country=country)) for c in draft.contacts]
            addresses += [
                Address(account=account, valid_from=draft.opened_on, **address_values(a)) for a in draft.addresses
            ]
        except Refusal as refused:
            refused.row = index
            raise
    Contact.objects.bulk_create(contacts, batch_size=BATCH_ROWS)
    Address.objects.bulk_create(addresses, batch_size=BATCH_ROWS)


@verb("account.update", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def update_account(
    *, act: Act, account_id: int, version: int, change: AccountChange, effective_on: date | None = None
) -> AccountRow:
    """Change an account that still stands at `version`; old and new values go to its history.

    Raises Conflict `record.changed_meanwhile`, NotFound `account.not_found`, and the refusals of the checks.
    """
    account = lock_account(account_id)
    require_version(subject=f"account:{account_id}", present=account.version, seen=version)
    require_not_future(effective_on, act=act, timezone=account.timezone)
    unknown = set(change.clear) - _CLEARABLE
    if unknown:
        raise Refusal("account.not_clearable", _("%(field)s cannot be emptied.") % {"field": min(unknown)})
    names = [name for name in AccountChange.__slots__ if name != "clear"]
    wanted = {name: getattr(change, name) for name in names if getattr(change, name) is not None}
    wanted |= dict.fromkeys(change.clear)
    present = {name: getattr(account, name) for name in names} | {
        "payment_parts": terms.read(account.payment_parts),
        "layout": read_layout(account.layout),
    }
    values = account_values(present | _one_kind_of_terms(wanted), currency=account.currency_id)
    before, after = differences(account, values)
    if "conventions" in after:
        today = effective_on or business_date(act.at, account.timezone)
        require_fitting(values, kind=account.customer.kind, legal_entity_id=account.legal_entity_id, on=today)
    if after:
        _write(account, before, after, effective_on)
        refresh_search([account_id])
    return account_row(account, account.customer.name)


def _one_kind_of_terms(wanted: dict[str, Any]) -> dict[str, Any]:
    """Parts take the place of days, and days that of parts."""
    if wanted.get("payment_parts"):
        return {"payment_terms_days": None} | wanted
    return {"payment_parts": ()} | wanted if "payment_terms_days" in wanted else wanted


def _write(account: BillingAccount, before: dict[str, Any], after: dict[str, Any], effective_on: date | None) -> None:
    for name, value in after.items():
        setattr(account, name, value)
    account.version += 1
    account.save(update_fields=[*after, "version"])
    note_difference(
        before=before,
        after=after,
        personal_fields=PERSONAL,
        customer_id=account.customer_id,
        version=account.version,
        effective_on=effective_on,
    )


@verb("account.close", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def close_account(*, act: Act, account_id: int, closed_on: date) -> AccountRow:
    """Bill nothing new from `closed_on` on; what is open is still owed.

    Raises Refusal `account.closed_before_opened`, `account.pays_for_others`; IllegalTransition when closed.
    """
    account = lock_account(account_id)
    if closed_on < account.opened_on:
        raise Refusal(
            "account.closed_before_opened",
            _("The account was opened on %(day)s.") % {"day": account.opened_on.isoformat()},
            field="closed_on",
            cure=_("Give that day or a later one."),
        )
    _require_pays_for_nobody(account, closed_on)
    state = BILLING_ACCOUNT.enter("close", account.state)
    before, after = differences(account, {"state": state, "closed_on": closed_on})
    _write(account, before, after, closed_on)
    return account_row(account, account.customer.name)


def _require_pays_for_nobody(account: BillingAccount, closed_on: date) -> None:
    links = ParentLink.objects.filter(Q(valid_to=None) | Q(valid_to__gt=closed_on), parent=account)
    numbers = list(links.order_by("child__number").values_list("child__number", flat=True)[:CHILDREN_NAMED])
    if numbers:
        raise Refusal(
            "account.pays_for_others",
            _("It pays for %(accounts)s.") % {"accounts": ", ".join(numbers)},
            field="closed_on",
            cure=_("Let them pay for themselves from that day on, or find another payer."),
        )


@verb("account.reopen", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def reopen_account(*, act: Act, account_id: int) -> AccountRow:
    """Let the account be billed again. Raises IllegalTransition when it is open."""
    account = lock_account(account_id)
    state = BILLING_ACCOUNT.enter("reopen", account.state)
    before, after = differences(account, {"state": state, "closed_on": None})
    _write(account, before, after, None)
    return account_row(account, account.customer.name)


def lock_account(account_id: int) -> BillingAccount:
    """Lock an account; raises NotFound `account.not_found`."""
    found = lock_rows(BillingAccount, [account_id])
    if not found:
        raise NotFound("account.not_found", _("There is no such account."), field="account_id")
    return found[0]
