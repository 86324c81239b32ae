"""Messages to customers: what was queued, sent, failed or is unknown, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest
from ninja import Query, Router

from billwright.access.masking import shown
from billwright.accounts.queries import account_ids_of
from billwright.comms import operations, queries
from billwright.comms.queries import MessageRow
from billwright.comms.states import MessageState
from billwright.interfaces.api.doors import account_of, entities, perform, permissions, require, require_everywhere
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Id,
    Page,
    PageQuery,
    Rows,
    Why,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Out

router = Router()


class MessageList(PageQuery):
    """Filters of the list; everything given must hold."""

    account_id: Id | None = None
    state: MessageState | None = None


@router.get("", response={200: Page[Out[MessageRow]], **PROBLEMS}, summary="List messages, the newest first")
def list_messages(request: HttpRequest, asked: Query[MessageList]) -> Rows[MessageRow]:
    allowed = entities(request, "message.view")
    if asked.account_id is not None:
        account_of(request, "message.view", asked.account_id)
    rows = queries.list_messages(
        account_ref=asked.account_id,
        account_refs=None if allowed is None else account_ids_of(allowed),
        states=[asked.state] if asked.state is not None else (),
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of([_masked(request, row) for row in rows], asked)


@router.get("/{message_id}", response={200: Out[MessageRow], **PROBLEMS}, summary="One message")
def get_message(request: HttpRequest, message_id: Id) -> MessageRow:
    require(request, "message.view")
    row = queries.get_message(message_id)
    if row.account_ref is None:
        require_everywhere(request, "message.view")
    else:
        account_of(request, "message.view", row.account_ref)
    return _masked(request, row)


@router.post("/{message_id}/requeue", response={200: Out[MessageRow], **PROBLEMS}, summary="Send it again")
def requeue(request: HttpRequest, message_id: Id, body: Why) -> MessageRow:
    return _decided(request, operations.requeue_message, message_id, body)


@router.post("/{message_id}/cancel", response={200: Out[MessageRow], **PROBLEMS}, summary="Do not send it")
def cancel(request: HttpRequest, message_id: Id, body: Why) -> MessageRow:
    return _decided(request, operations.cancel_message, message_id, body)


@router.post("/{message_id}/confirm", response={200: Out[MessageRow], **PROBLEMS}, summary="It did arrive")
def confirm(request: HttpRequest, message_id: Id, body: Why) -> MessageRow:
    return _decided(request, operations.confirm_message, message_id, body)


@router.post("/{message_id}/fail", response={200: Out[MessageRow], **PROBLEMS}, summary="It did not arrive")
def fail(request: HttpRequest, message_id: Id, body: Why) -> MessageRow:
    return _decided(request, operations.fail_message, message_id, body)


def _decided(request: HttpRequest, verb: Callable[..., MessageRow], message_id: int, body: Why) -> MessageRow:
    return _masked(request, perform(request, verb, why=body.reason, message_id=message_id))


def _masked(request: HttpRequest, row: MessageRow) -> MessageRow:
    return replace(row, to_address=shown("email", row.to_address, permissions(request)))
