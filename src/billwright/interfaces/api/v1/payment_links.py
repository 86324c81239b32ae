"""Payment links: pages on which a customer pays without a log-in."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import entities, holder_of, key_of, perform, permitted
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Rows,
    Text,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Out
from billwright.payments import links
from billwright.payments.links import PaymentLinkRow
from billwright.workflow.payment_links import LINK_DAYS_MAX, create_link, revoke_link

router = Router()


class LinkList(PageQuery):
    """Filters of the list."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None


class NewLink(Closed):
    """For whom, for which open documents (none: whatever is open), for how long, and where to mail it (empty: not)."""

    account_id: Id
    invoice_ids: Annotated[list[Id], Field(max_length=50)] = []
    days: Annotated[int, Field(ge=1, le=LINK_DAYS_MAX)] = 7
    to_address: Annotated[Text, Field(max_length=254)] = ""


class MadeLink(Schema):
    """The link, and its address, which is given once and not kept."""

    link: Out[PaymentLinkRow]
    url: str


@router.get("", response={200: Page[Out[PaymentLinkRow]], **PROBLEMS}, summary="List payment links, newest first")
def list_links(request: HttpRequest, asked: Query[LinkList]) -> Rows[PaymentLinkRow]:
    """With whether they were opened, and whether payments were begun and made."""
    rows = links.list_links(
        legal_entity_ids=entities(request, "payment.view", asked.legal_entity_id),
        account_id=asked.account_id,
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("", response={201: MadeLink, **PROBLEMS}, summary="Make a payment link")
def make_link(request: HttpRequest, body: NewLink) -> Status[dict[str, PaymentLinkRow | str]]:
    """Repeated under the same key it answers with the same link and address."""
    secret = links.new_secret(f"{holder_of(request).actor}|{key_of(request)}")
    url = request.build_absolute_uri(reverse("portal:pay", args=[links.token_of(secret)]))
    row = perform(request, create_link, token_hash=links.hash_of(secret), url=url, **members_of(body))
    return Status(201, {"link": row, "url": url})


@router.get("/{payment_link_id}", response={200: Out[PaymentLinkRow], **PROBLEMS}, summary="One payment link")
def get_link(request: HttpRequest, payment_link_id: Id) -> PaymentLinkRow:
    return permitted(request, "payment.view", links.get_link, payment_link_id)


@router.post("/{payment_link_id}/revoke", response={200: Out[PaymentLinkRow], **PROBLEMS}, summary="Close it")
def close_link(request: HttpRequest, payment_link_id: Id) -> PaymentLinkRow:
    """Its page opens no more."""
    return perform(request, revoke_link, payment_link_id=payment_link_id)
