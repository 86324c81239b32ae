"""Mailboxes on the pages: in full for who may see contacts, masked for the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest

from billwright.access.masking import shown
from billwright.comms.queries import MessageRow
from billwright.interfaces.web.acting import permissions


def mailbox(request: HttpRequest, address: str) -> str:
    """An address as the person may see it."""
    return shown("email", address, permissions(request))


def masked(request: HttpRequest, rows: Iterable[MessageRow]) -> list[MessageRow]:
    """Messages with the addresses that they went to as the person may see them."""
    return [replace(row, to_address=mailbox(request, row.to_address)) for row in rows]
