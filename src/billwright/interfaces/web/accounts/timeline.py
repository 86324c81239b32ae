"""What happened on an account, of every kind, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billwright.access.queries import display_names
from billwright.accounts.queries import list_changes, list_notes, list_status_notes
from billwright.accounts.rows import AccountRow
from billwright.comms.queries import list_messages
from billwright.interfaces.web.context import address_of
from billwright.invoicing.queries import list_documents
from billwright.kernel.money import Money
from billwright.payments.queries import list_payments, list_refunds
from billwright.ui import formats

EVENTS_OF_A_KIND: Final = 12
MAILS_AMONG_OTHERS: Final = 3
KINDS: Final[dict[str, str | Promise]] = {
    "all": gettext_lazy("All"),
    "money": gettext_lazy("Money"),
    "notes": gettext_lazy("Notes"),
    "changes": gettext_lazy("Changes"),
}
# What the timeline tells by itself: its audit row would say it twice.
_TOLD_ELSEWHERE: Final = frozenset({"account.add_note", "account.set_status_note"})
_DOCUMENT_WORDS: Final[dict[str, str | Promise]] = {
    "INVOICE": gettext_lazy("Invoice"),
    "CREDIT_NOTE": gettext_lazy("Credit note"),
    "DEBIT_NOTE": gettext_lazy("Debit note"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline."""

    at: datetime
    kind: str
    title: str
    icon: str
    tone: str = "neutral"
    text: str = ""
    url: str = ""
    actor: str = ""


def document_words(kind: str) -> str:
    """What people call a document of a kind."""
    return str(_DOCUMENT_WORDS.get(kind, kind))


def verb_words(verb: str) -> str:
    """A verb as people read it: `account.set_parent` is "Account: set parent"."""
    noun, _dot, what = verb.partition(".")
    return f"{noun.replace('_', ' ').capitalize()}: {what.replace('_', ' ')}"


def events_of(account: AccountRow, *, kind: str = "all", limit: int = EVENTS_OF_A_KIND) -> list[Event]:
    """The newest events of an account, of all kinds or one."""
    sources = {"money": (_documents, _payments, _refunds), "notes": (_notes, _messages), "changes": (_changes,)}
    wanted = sources.get(kind) or tuple(source for group in sources.values() for source in group)
    found = [event for source in wanted for event in source(account)]
    ordered = sorted(found, key=lambda event: event.at, reverse=True)
    newest = (ordered if kind == "notes" else _without_most_mail(ordered))[:limit]
    names = display_names({event.actor for event in newest if event.actor})
    return [_with_actor(event, names) for event in newest]


def _without_most_mail(events: list[Event]) -> list[Event]:
    """Every document goes out by mail: beside the document itself only the last mails say something new."""
    mails = [event for event in events if event.kind == "mail"]
    left_out = set(mails[MAILS_AMONG_OTHERS:])
    return [event for event in events if event not in left_out]


def _with_actor(event: Event, names: dict[str, str]) -> Event:
    who = names.get(event.actor, "")
    text = " · ".join(part for part in (event.text, who) if part)
    return Event(event.at, event.kind, event.title, event.icon, event.tone, text, event.url)


def _words(amount: Money) -> str:
    return formats.amount_with_currency(amount, formats=formats.reader())


def _documents(account: AccountRow) -> Iterator[Event]:
    for document in list_documents(account_id=account.id, limit=EVENTS_OF_A_KIND):
        if document.issued_at is None:
            continue
        yield Event(
            at=document.issued_at,
            kind="money",
            title=f"{document_words(document.kind)} {document.number}",
            icon="receipt-text" if document.kind != "CREDIT_NOTE" else "receipt",
            tone="neutral" if document.kind != "CREDIT_NOTE" else "accent",
            text=_words(document.total),
            url=address_of("web:invoice", document.id),
        )


def _payments(account: AccountRow) -> Iterator[Event]:
    for payment in list_payments(account_id=account.id, limit=EVENTS_OF_A_KIND):
        returned = payment.state == "RETURNED"
        title = _("Payment %(amount)s taken back") if returned else _("Payment %(amount)s")
        yield Event(
            at=payment.recorded_at,
            kind="money",
            title=title % {"amount": _words(payment.amount)},
            icon="undo-2" if returned else "banknote",
            tone="bad" if returned else "good",
            text=payment.reference or payment.number,
            url=address_of("web:payment", payment.payment_id),
        )


def _refunds(account: AccountRow) -> Iterator[Event]:
    for refund in list_refunds(account_id=account.id, limit=EVENTS_OF_A_KIND):
        yield Event(
            at=datetime.combine(refund.value_date, time(12), UTC),
            kind="money",
            title=_("Refund %(amount)s") % {"amount": _words(refund.amount)},
            icon="corner-up-left",
            tone="warn",
            text=refund.reason,
        )


def _notes(account: AccountRow) -> Iterator[Event]:
    for note in list_notes(account.id, limit=EVENTS_OF_A_KIND):
        yield Event(note.recorded_at, "notes", _("Note"), "notebook-pen", text=note.body, actor=note.author)
    for status in list_status_notes(account.id)[:EVENTS_OF_A_KIND]:
        yield Event(
            status.recorded_at,
            "notes",
            _("Status: %(status)s") % {"status": status.status},
            "flag",
            "accent",
            text=_joined((status.cause, status.next_action)),
            actor=status.author,
        )


def _messages(account: AccountRow) -> Iterator[Event]:
    tones = {"SENT": "good", "FAILED": "bad", "UNKNOWN": "warn"}
    for message in list_messages(account_ref=account.id, limit=EVENTS_OF_A_KIND):
        yield Event(
            at=message.queued_at,
            kind="mail",
            title=_("Mail: %(subject)s") % {"subject": " ".join(message.subject.split())},
            icon="mail",
            tone=tones.get(message.state, "neutral"),
            text=message.failure,
            url=address_of("web:message", message.id),
        )


def _changes(account: AccountRow) -> Iterator[Event]:
    for change in list_changes(customer_id=account.customer_id, account_id=account.id, limit=2 * EVENTS_OF_A_KIND):
        if change.verb in _TOLD_ELSEWHERE:
            continue
        yield Event(
            at=change.at,
            kind="changes",
            title=verb_words(change.verb),
            icon="pencil",
            text=change.reason,
            url=address_of("web:account-history", account.id),
            actor=change.actor,
        )


def _joined(parts: Iterable[str]) -> str:
    return ". ".join(part for part in parts if part)
