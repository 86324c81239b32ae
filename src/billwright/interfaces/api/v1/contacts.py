"""Contacts and addresses of a billing account."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from ninja import Body, Router, Status

from billwright.access.masking import shown
from billwright.accounts import operations, queries
from billwright.accounts.rows import AddressDraft, AddressRow, ContactChange, ContactDraft, ContactRow
from billwright.interfaces.api.doors import account_of, perform, permissions
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason
from billwright.interfaces.api.wire import Day, In, Out

router = Router()


class ContactPatch(Closed):
    """What changes, seen at which version."""

    version: Id
    change: In[ContactChange]
    reason: Reason = ""


class NewAddress(Closed):
    """An address from a day on; it ends the present one of its kind."""

    address: In[AddressDraft]
    valid_from: Day
    reason: Reason = ""


@router.get("/accounts/{account_id}/contacts", response={200: list[Out[ContactRow]], **PROBLEMS}, summary="Contacts")
def list_contacts(request: HttpRequest, account_id: Id, with_retired: bool = False) -> list[ContactRow]:
    account = account_of(request, "account.view", account_id)
    rows = queries.list_contacts(account_id, with_retired=with_retired)
    return [_masked(request, row, legal_entity_id=account.legal_entity_id) for row in rows]


@router.post("/accounts/{account_id}/contacts", response={201: Out[ContactRow], **PROBLEMS}, summary="Add a contact")
def add_contact(request: HttpRequest, account_id: Id, draft: Body[In[ContactDraft]]) -> Status[ContactRow]:
    row = perform(request, operations.add_contact, account_id=account_id, draft=draft)
    return Status(201, _masked(request, row))


@router.patch("/contacts/{contact_id}", response={200: Out[ContactRow], **PROBLEMS}, summary="Change a contact")
def change_contact(request: HttpRequest, contact_id: Id, patch: ContactPatch) -> ContactRow:
    row = perform(
        request,
        operations.change_contact,
        why=patch.reason,
        contact_id=contact_id,
        version=patch.version,
        change=patch.change,
    )
    return _masked(request, row)


@router.get("/accounts/{account_id}/addresses", response={200: list[Out[AddressRow]], **PROBLEMS}, summary="Addresses")
def list_addresses(request: HttpRequest, account_id: Id, on: Day | None = None) -> list[AddressRow]:
    account_of(request, "account.view", account_id)
    return queries.list_addresses(account_id, on=on)


@router.post("/accounts/{account_id}/addresses", response={201: Out[AddressRow], **PROBLEMS}, summary="Change one")
def change_address(request: HttpRequest, account_id: Id, body: NewAddress) -> Status[AddressRow]:
    row = perform(
        request,
        operations.change_address,
        why=body.reason,
        account_id=account_id,
        draft=body.address,
        valid_from=body.valid_from,
    )
    return Status(201, row)


def _masked(request: HttpRequest, row: ContactRow, *, legal_entity_id: int | None = None) -> ContactRow:
    held = permissions(request)
    return replace(
        row,
        email=shown("email", row.email, held, legal_entity_id=legal_entity_id),
        phone=shown("phone", row.phone, held, legal_entity_id=legal_entity_id),
    )
