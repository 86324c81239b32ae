"""Customers: the parties that owe."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Status
from pydantic import Field

from billwright.access.masking import shown
from billwright.accounts import operations, queries
from billwright.accounts.rows import (
    AccountRow,
    ChangeRow,
    CustomerChange,
    CustomerDraft,
    CustomerRow,
    DuplicateRow,
    MergeRow,
)
from billwright.interfaces.api.doors import entities, perform, permissions, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, In, Out
from billwright.kernel.errors import NotAllowed

router = Router()


class CustomerList(PageQuery):
    """Filters of the list; everything given must hold."""

    name: Annotated[Text, Field(max_length=200, description="The beginning of the name.")] = ""
    country: Annotated[Text, Field(max_length=2)] = ""
    reference: Annotated[Text, Field(max_length=60)] = ""


class CustomerPatch(Closed):
    """What changes, seen at which version; from a day on where that is not today."""

    version: Id
    change: In[CustomerChange]
    effective_on: Day | None = None
    reason: Reason = ""


class NewMerge(Closed):
    """Which customer becomes part of this one."""

    merged_id: Id
    reason: Reason = ""


@router.get("", response={200: Page[Out[CustomerRow]], **PROBLEMS}, summary="List customers")
def list_customers(request: HttpRequest, asked: Query[CustomerList]) -> Rows[CustomerRow]:
    allowed = entities(request, "account.view")
    rows = queries.list_customers(
        name=asked.name,
        country=asked.country,
        reference=asked.reference,
        legal_entity_ids=allowed,
        after_id=position_of(asked.cursor) or 0,
        limit=asked.limit + 1,
    )
    return page_of([_masked(request, row) for row in rows], asked)


@router.post("", response={201: Out[CustomerRow], **PROBLEMS}, summary="Make a customer")
def create_customer(request: HttpRequest, draft: Body[In[CustomerDraft]]) -> Status[CustomerRow]:
    (row,) = perform(request, operations.create_customers, drafts=(draft,))
    return Status(201, _masked(request, row))


@router.get("/{customer_id}", response={200: Out[CustomerRow], **PROBLEMS}, summary="One customer")
def get_customer(request: HttpRequest, customer_id: Id) -> CustomerRow:
    return _masked(request, _permitted(request, customer_id))


@router.patch("/{customer_id}", response={200: Out[CustomerRow], **PROBLEMS}, summary="Change a customer")
def update_customer(request: HttpRequest, customer_id: Id, patch: CustomerPatch) -> CustomerRow:
    row = perform(request, operations.update_customer, why=patch.reason, customer_id=customer_id, **members_of(patch))
    return _masked(request, row)


@router.get("/{customer_id}/accounts", response={200: list[Out[AccountRow]], **PROBLEMS}, summary="Its accounts")
def list_customer_accounts(request: HttpRequest, customer_id: Id) -> list[AccountRow]:
    _permitted(request, customer_id)
    allowed = entities(request, "account.view")
    rows = queries.list_customer_accounts(customer_id)
    return [row for row in rows if allowed is None or row.legal_entity_id in allowed]


@router.get("/{customer_id}/duplicates", response={200: list[Out[DuplicateRow]], **PROBLEMS}, summary="Who else it is")
def list_duplicates(request: HttpRequest, customer_id: Id) -> list[DuplicateRow]:
    _permitted(request, customer_id)
    return queries.find_duplicates(customer_id, legal_entity_ids=entities(request, "account.view"))


@router.get("/{customer_id}/changes", response={200: Page[Out[ChangeRow]], **PROBLEMS}, summary="Its history")
def list_customer_changes(request: HttpRequest, customer_id: Id, asked: Query[PageQuery]) -> Rows[ChangeRow]:
    require(request, "audit.view")
    _permitted(request, customer_id)
    rows = queries.list_changes(customer_id=customer_id, before_id=position_of(asked.cursor), limit=asked.limit + 1)
    return page_of(rows, asked)


@router.post("/{customer_id}/merge", response={200: Out[MergeRow], **PROBLEMS}, summary="Take another customer in")
def merge_customers(request: HttpRequest, customer_id: Id, merge: NewMerge) -> MergeRow:
    return perform(
        request, operations.merge_customers, why=merge.reason, kept_id=customer_id, merged_id=merge.merged_id
    )


@router.post("/{customer_id}/undo-merge", response={200: Out[MergeRow], **PROBLEMS}, summary="Take a merge back")
def undo_merge(request: HttpRequest, customer_id: Id) -> MergeRow:
    return perform(request, operations.undo_merge, merged_id=customer_id)


def _permitted(request: HttpRequest, customer_id: int) -> CustomerRow:
    """A customer with an account in an entity that the user may see; without any account everybody may."""
    allowed = entities(request, "account.view")
    row = queries.get_customer(customer_id)
    if not queries.customers_seen([customer_id], legal_entity_ids=allowed):
        rule = _("Your role covers another legal entity, not this one.")
        raise NotAllowed("access.other_entity", rule, rule=rule)
    return row


def _masked(request: HttpRequest, row: CustomerRow) -> CustomerRow:
    return replace(row, tax_number=shown("tax_number", row.tax_number, permissions(request)))
