"""What waits for a person: one function a kind of work, asked only of those who may do it.

An area adds its kind to SOURCES; a source answers None when its page is not there or nothing waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.acting import may
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.navigation import approvals_waiting


@dataclass(frozen=True, slots=True)
class Waiting:
    """A heap of work: how much there is, why it matters, and where it is done."""

    label: str | Promise
    count: int
    why: str | Promise
    url: str
    icon: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Source:
    """Asks for one kind of work when the person holds the right to it."""

    permission: str
    find: Callable[[HttpRequest], Waiting | None]


def _approvals(request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Approvals"),
        count=approvals_waiting(request),
        why=_("Somebody cannot go on until another person decides."),
        url=address_of("web:approvals"),
        icon="stamp",
        tone="accent",
    )


SOURCES: Final[tuple[Source, ...]] = (Source("approval.decide", _approvals),)


def waiting_for(request: HttpRequest) -> list[Waiting]:
    """The heaps that are not empty, in the order of SOURCES."""
    return list(_found(request))


def _found(request: HttpRequest) -> Iterable[Waiting]:
    for source in SOURCES:
        if not may(request, source.permission):
            continue
        heap = source.find(request)
        if heap is not None and heap.count:
            yield heap
