"""Billing accounts: where bills go and debts are kept; who pays for whom; what is owed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from billwright.accounts import operations, queries
from billwright.accounts.rows import (
    AccountChange,
    AccountDraft,
    AccountHit,
    AccountRow,
    ChangeRow,
    ParentLinkRow,
    ReferenceRow,
)
from billwright.accounts.states import AccountState, InvoiceDelivery
from billwright.interfaces.api.doors import account_of, entities, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    encode_cursor,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, In, Out
from billwright.kernel import clock
from billwright.reporting.account_summary import AccountSummary, account_summary
from billwright.workflow.contract_changes import change_account_cycle_day

router = Router()


class AccountList(PageQuery):
    """Filters of the list; everything given must hold."""

    text: Annotated[Text, Field(max_length=200, description="Beginnings of words: number, name, mailbox.")] = ""
    legal_entity_id: Id | None = None
    customer_id: Id | None = None
    currency: Annotated[Text, Field(max_length=3)] = ""
    state: AccountState | None = None
    delivery: InvoiceDelivery | None = None
    country: Annotated[Text, Field(max_length=2)] = ""


class AccountPatch(Closed):
    """What changes, seen at which version; from a day on where that is not today."""

    version: Id
    change: In[AccountChange]
    effective_on: Day | None = None
    reason: Reason = ""


class Closing(Closed):
    """The last day of an account."""

    closed_on: Day
    reason: Reason = ""


class Opening(Closed):
    """Why an account is opened again."""

    reason: Reason = ""


class NewParentLink(Closed):
    """The parent that pays, from the first day of a billing period on."""

    parent_id: Id
    valid_from: Day
    reason: Reason = ""


class ParentEnd(Closed):
    """The first day on which the account pays for itself again."""

    ends_before: Day
    reason: Reason = ""


class References(Closed):
    """All references that the customer wants on documents."""

    references: Annotated[list[In[ReferenceRow]], Field(max_length=20)]


class CycleDay(Closed):
    """The day of the month on which periods end; `as_of`: the account's present day, if not today."""

    cycle_day: Annotated[int, Field(ge=1, le=31)]
    as_of: Day | None = None
    reason: Reason = ""


class CycleDaySet(Schema):
    """How many running subscriptions follow."""

    subscription_count: int


@router.get("", response={200: Page[Out[AccountHit]], **PROBLEMS}, summary="List or search accounts")
def list_accounts(request: HttpRequest, asked: Query[AccountList]) -> Rows[AccountHit]:
    allowed = entities(request, "account.view", asked.legal_entity_id)
    wanted = queries.AccountFilter(
        text=asked.text,
        legal_entity_ids=allowed,
        currency=asked.currency,
        state=asked.state,
        delivery=asked.delivery,
        country=asked.country,
        customer_id=asked.customer_id,
    )
    page = queries.list_accounts(wanted, after_id=position_of(asked.cursor), limit=asked.limit)
    return Rows(list(page.rows), encode_cursor(page.next_after) if page.next_after is not None else None)


@router.post("", response={201: Out[AccountRow], **PROBLEMS}, summary="Make an account")
def create_account(request: HttpRequest, draft: Body[In[AccountDraft]]) -> Status[AccountRow]:
    (row,) = perform(request, operations.create_accounts, drafts=(draft,))
    return Status(201, row)


@router.get("/{account_id}", response={200: Out[AccountRow], **PROBLEMS}, summary="One account")
def get_account(request: HttpRequest, account_id: Id) -> AccountRow:
    return account_of(request, "account.view", account_id)


@router.patch("/{account_id}", response={200: Out[AccountRow], **PROBLEMS}, summary="Change an account")
def update_account(request: HttpRequest, account_id: Id, patch: AccountPatch) -> AccountRow:
    return perform(request, operations.update_account, why=patch.reason, account_id=account_id, **members_of(patch))


@router.post("/{account_id}/close", response={200: Out[AccountRow], **PROBLEMS}, summary="Close an account")
def close_account(request: HttpRequest, account_id: Id, closing: Closing) -> AccountRow:
    return perform(
        request, operations.close_account, why=closing.reason, account_id=account_id, closed_on=closing.closed_on
    )


@router.post("/{account_id}/reopen", response={200: Out[AccountRow], **PROBLEMS}, summary="Open it again")
def reopen_account(request: HttpRequest, account_id: Id, opening: Opening) -> AccountRow:
    return perform(request, operations.reopen_account, why=opening.reason, account_id=account_id)


@router.get("/{account_id}/balance", response={200: Out[AccountSummary], **PROBLEMS}, summary="What is owed, and why")
def get_balance(request: HttpRequest, account_id: Id, as_of: Day | None = None) -> AccountSummary:
    account = account_of(request, "account.view", account_id)
    require(request, "invoice.view", legal_entity_id=account.legal_entity_id)
    return account_summary(account_id=account_id, as_of=as_of or today_at(account))


@router.get("/{account_id}/parent", response={200: Out[ParentLinkRow] | None, **PROBLEMS}, summary="Who pays for it")
def get_parent(request: HttpRequest, account_id: Id, on: Day | None = None) -> ParentLinkRow | None:
    account = account_of(request, "account.view", account_id)
    return queries.parent_on(account_id, on=on or today_at(account))


@router.post("/{account_id}/parent", response={201: Out[ParentLinkRow], **PROBLEMS}, summary="Let a parent pay")
def set_parent(request: HttpRequest, account_id: Id, link: NewParentLink) -> Status[ParentLinkRow]:
    row = perform(
        request,
        operations.set_parent,
        why=link.reason,
        child_id=account_id,
        parent_id=link.parent_id,
        valid_from=link.valid_from,
    )
    return Status(201, row)


@router.post("/{account_id}/parent/end", response={200: Out[ParentLinkRow], **PROBLEMS}, summary="Let it pay itself")
def end_parent(request: HttpRequest, account_id: Id, end: ParentEnd) -> ParentLinkRow:
    return perform(request, operations.end_parent, why=end.reason, child_id=account_id, ends_before=end.ends_before)


@router.post("/{account_id}/cycle-day", response={200: CycleDaySet, **PROBLEMS}, summary="Another billing day")
def change_cycle_day(request: HttpRequest, account_id: Id, body: CycleDay) -> CycleDaySet:
    """Every period that begins on or after the day ends on the new one; what is billed stays."""
    account = account_of(request, "account.view", account_id)
    asked = {"cycle_day": body.cycle_day, "as_of": body.as_of or today_at(account)}
    count = perform(request, change_account_cycle_day, why=body.reason, account_id=account_id, **asked)
    return CycleDaySet(subscription_count=count)


@router.get("/{account_id}/children", response={200: list[Out[ParentLinkRow]], **PROBLEMS}, summary="Whom it pays for")
def list_children(request: HttpRequest, account_id: Id, on: Day | None = None) -> list[ParentLinkRow]:
    account = account_of(request, "account.view", account_id)
    return queries.list_children(account_id, on=on or today_at(account))


@router.get("/{account_id}/references", response={200: list[Out[ReferenceRow]], **PROBLEMS}, summary="Its references")
def list_references(request: HttpRequest, account_id: Id) -> tuple[ReferenceRow, ...]:
    account_of(request, "account.view", account_id)
    return queries.list_references(account_id)


@router.put("/{account_id}/references", response={200: list[Out[ReferenceRow]], **PROBLEMS}, summary="Set them all")
def set_references(request: HttpRequest, account_id: Id, body: References) -> tuple[ReferenceRow, ...]:
    return perform(request, operations.set_references, account_id=account_id, references=tuple(body.references))


@router.get("/{account_id}/changes", response={200: Page[Out[ChangeRow]], **PROBLEMS}, summary="Its history")
def list_account_changes(request: HttpRequest, account_id: Id, asked: Query[PageQuery]) -> Rows[ChangeRow]:
    require(request, "audit.view")
    account_of(request, "account.view", account_id)
    rows = queries.list_changes(account_id=account_id, before_id=position_of(asked.cursor), limit=asked.limit + 1)
    return page_of(rows, asked)


def today_at(account: AccountRow) -> date:
    """The civil date where the account is."""
    return clock.business_date(clock.now(), account.timezone)
