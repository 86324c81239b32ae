"""What waits for a person: one row a kind of work, asked only of those who may do it.

An area adds its kind to SOURCES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

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
from billwright.payments.queries.mandates import count_changed
from billwright.payments.queries.refunds import count_orders_by_state
from billwright.payments.states import RefundOrderState
from billwright.receivables.queries import count_cash_left

T = TypeVar("T")


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
    """One kind of work: who may do it, how much of it there is, and the words and the place of its heap."""

    permission: str
    count: Callable[[HttpRequest], int]
    label: str | Promise
    why: str | Promise
    page: str
    icon: str
    tone: str = "neutral"
    narrowed: str = ""  # the query of the page that shows just these


def _runs_in(state: RunState) -> Callable[[HttpRequest], int]:
    return lambda _request: count_bill_runs(states=[state])


def _once(request: HttpRequest, name: str, read: Callable[[], T]) -> T:
    """What several heaps are counted from; read once a request."""
    kept: dict[str, Any] = request.__dict__.setdefault("counted_heaps", {})
    if name not in kept:
        kept[name] = read()
    found: T = kept[name]
    return found


def _cash(place: int) -> Callable[[HttpRequest], int]:
    """Cash that waits, with (0) or without (1) a known payer."""
    return lambda request: _once(request, "cash", count_cash_left)[place]


def _mail_in(state: MessageState) -> Callable[[HttpRequest], int]:
    return lambda request: _once(request, "mail", lambda: count_messages_by_state(unsent=True)).get(state, 0)


def _refunds_in(state: RefundOrderState) -> Callable[[HttpRequest], int]:
    return lambda request: _once(request, "refunds", count_orders_by_state).get(state, 0)


SOURCES: Final[tuple[Source, ...]] = (
    Source(
        "approval.decide",
        approvals_waiting,
        label=_("Approvals"),
        why=_("Somebody cannot go on until another person decides."),
        page="web:approvals",
        icon="stamp",
        tone="accent",
    ),
    Source(
        "bill_run.check",
        _runs_in(RunState.PREPARED),
        label=_("Bill runs to check"),
        why=_("Prepared: their findings want a look before somebody approves."),
        page="web:bill-runs",
        icon="list-checks",
        tone="warn",
    ),
    Source(
        "bill_run.approve",
        _runs_in(RunState.CHECKED),
        label=_("Bill runs to approve"),
        why=_("Checked: nothing is issued until another person approves."),
        page="web:bill-runs",
        icon="stamp",
        tone="accent",
    ),
    Source(
        "refund_order.approve",
        _refunds_in(RefundOrderState.REQUESTED),
        label=_("Refunds to approve"),
        why=_("Somebody asked that money go back: another person looks at the case."),
        page="web:refunds",
        narrowed="?view=approve",
        icon="corner-up-left",
        tone="accent",
    ),
    Source(
        "refund_order.send_by_hand",
        _refunds_in(RefundOrderState.APPROVED),
        label=_("Refunds to send"),
        why=_("Approved: the customer waits for the money."),
        page="web:refunds",
        narrowed="?view=send",
        icon="send",
        tone="warn",
    ),
    Source(
        "open_item.allocate",
        _cash(0),
        label=_("Money that settles nothing yet"),
        why=_("Received and not allocated: the customer is chased for what they paid."),
        page="web:payments",
        narrowed="?standing=waiting",
        icon="banknote",
        tone="warn",
    ),
    Source(
        "open_item.allocate",
        _cash(1),
        label=_("Money from somebody unknown"),
        why=_("Nobody knows yet who paid; it waits in suspense."),
        page="web:payments",
        narrowed="?standing=suspense",
        icon="circle-question-mark",
        tone="bad",
    ),
    Source(
        "stored_method.see_change",
        lambda _request: count_changed(),
        label=_("Bank accounts corrected by banks"),
        why=_("Later debits go to what the payer's bank named: look at it, and tell the customer."),
        page="web:mandates",
        narrowed="?view=changed",
        icon="landmark",
        tone="warn",
    ),
    Source(
        "message.confirm",
        _mail_in(MessageState.UNKNOWN),
        label=_("Mail in doubt"),
        why=_("The connection broke while sending: a person says whether it arrived."),
        page="web:messages",
        narrowed=f"?state={MessageState.UNKNOWN}",
        icon="circle-question-mark",
        tone="warn",
    ),
    Source(
        "message.requeue",
        _mail_in(MessageState.FAILED),
        label=_("Mail that failed"),
        why=_("The server said no: correct the address and send again."),
        page="web:messages",
        narrowed=f"?state={MessageState.FAILED}",
        icon="mail-x",
        tone="bad",
    ),
    Source(
        "import.run",
        lambda _request: count_jobs(state=ImportState.DIFFERS),
        label=_("Imports that differ"),
        why=_("Their totals are not ours yet: rows were refused, or something is missing."),
        page="web:imports",
        icon="file-exclamation-point",
        tone="warn",
    ),
)


def waiting_for(request: HttpRequest) -> list[Waiting]:
    """The heaps that are not empty, in the order of SOURCES."""
    return list(_found(request))


def _found(request: HttpRequest) -> Iterable[Waiting]:
    for source in SOURCES:
        if may(request, source.permission) and (count := source.count(request)):
            yield Waiting(
                label=source.label,
                count=count,
                why=source.why,
                url=address_of(source.page) + source.narrowed,
                icon=source.icon,
                tone=source.tone,
            )
