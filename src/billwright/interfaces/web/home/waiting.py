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

from billwright.comms.queries import count_messages_by_state
from billwright.comms.states import MessageState
from billwright.files.queries import count_jobs
from billwright.files.states import ImportState
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.navigation import approvals_waiting
from billwright.invoicing.queries.bill_run import count_bill_runs
from billwright.invoicing.states import RunState
from billwright.receivables.queries import count_cash_left


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


def _runs_to_check(_request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Bill runs to check"),
        count=count_bill_runs(states=[RunState.PREPARED]),
        why=_("Prepared: their findings want a look before somebody approves."),
        url=address_of("web:bill-runs"),
        icon="list-checks",
        tone="warn",
    )


def _runs_to_approve(_request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Bill runs to approve"),
        count=count_bill_runs(states=[RunState.CHECKED]),
        why=_("Checked: nothing is issued until another person approves."),
        url=address_of("web:bill-runs"),
        icon="stamp",
        tone="accent",
    )


def _cash(request: HttpRequest) -> tuple[int, int]:
    """Cash that waits, with and without a known payer; read once a request."""
    counts: tuple[int, int] | None = getattr(request, "cash_waiting", None)
    if counts is None:
        counts = count_cash_left()
        request.cash_waiting = counts  # type: ignore[attr-defined]
    return counts


def _unallocated(request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Money that settles nothing yet"),
        count=_cash(request)[0],
        why=_("Received and not allocated: the customer is chased for what they paid."),
        url=f"{address_of('web:payments')}?standing=waiting",
        icon="banknote",
        tone="warn",
    )


def _suspense(request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Money from somebody unknown"),
        count=_cash(request)[1],
        why=_("Nobody knows yet who paid; it waits in suspense."),
        url=f"{address_of('web:payments')}?standing=suspense",
        icon="circle-question-mark",
        tone="bad",
    )


def _mail_states(request: HttpRequest) -> dict[str, int]:
    """Messages by state; read once a request."""
    counts: dict[str, int] | None = getattr(request, "mail_states", None)
    if counts is None:
        counts = count_messages_by_state()
        request.mail_states = counts  # type: ignore[attr-defined]
    return counts


def _mail_in_doubt(request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Mail in doubt"),
        count=_mail_states(request).get(MessageState.UNKNOWN, 0),
        why=_("The connection broke while sending: a person says whether it arrived."),
        url=f"{address_of('web:messages')}?state={MessageState.UNKNOWN}",
        icon="circle-question-mark",
        tone="warn",
    )


def _mail_failed(request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Mail that failed"),
        count=_mail_states(request).get(MessageState.FAILED, 0),
        why=_("The server said no: correct the address and send again."),
        url=f"{address_of('web:messages')}?state={MessageState.FAILED}",
        icon="mail-x",
        tone="bad",
    )


def _imports(_request: HttpRequest) -> Waiting:
    return Waiting(
        label=_("Imports that differ"),
        count=count_jobs(state=ImportState.DIFFERS),
        why=_("Their totals are not ours yet: rows were refused, or something is missing."),
        url=address_of("web:imports"),
        icon="file-exclamation-point",
        tone="warn",
    )


SOURCES: Final[tuple[Source, ...]] = (
    Source("approval.decide", _approvals),
    Source("bill_run.check", _runs_to_check),
    Source("bill_run.approve", _runs_to_approve),
    Source("open_item.allocate", _unallocated),
    Source("open_item.allocate", _suspense),
    Source("message.confirm", _mail_in_doubt),
    Source("message.requeue", _mail_failed),
    Source("import.run", _imports),
)


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
