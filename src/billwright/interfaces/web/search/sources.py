"""Where the search looks: one source a kind of thing, asked only for those who may see it.

A source takes the text as typed and a limit, and answers hits. The text `=1,149.00` asks for an amount: sources that
know amounts say so by `takes_amounts` and alone are asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billwright.accounts.queries import search_accounts
from billwright.interfaces.web.acting import may, permissions
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import find_acting_entity
from billwright.invoicing.queries import search_documents
from billwright.ledger.queries import list_accounts
from billwright.payments.queries import search_payments
from billwright.subscriptions.queries import list_subscriptions
from billwright.ui import formats, navigation
from billwright.workflow.catalog_search import search_catalog

_ENTRY_NUMBER = re.compile(r"(?:je|entry|#)\s*(\d{1,18})", re.IGNORECASE)
# Both 1,149.00 and 1.149,00 mean the same to the person who types it: the last mark is the decimal one.
_DECIMAL_MARK = re.compile(r"[.,](?=\d{1,2}$)")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    label: str
    note: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed by whom, the amount in it when it begins with `=`, and how many hits are wanted at most."""

    request: HttpRequest
    text: str
    amount: Decimal | None
    limit: int

    def companies(self, right: str) -> frozenset[int] | None:
        """The companies in which the person holds a right; None for all of them."""
        return permissions(self.request).entities_for(right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of thing that can be found."""

    label: str | Promise
    permission: str | None
    find: Callable[[Asked], Sequence[Hit]]
    takes_amounts: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one source."""

    label: str | Promise
    hits: Sequence[Hit]


def amount_asked(text: str) -> Decimal | None:
    """The amount of `=1,149.00`, in either grouping; None for what is not an amount."""
    if not text.startswith("="):
        return None
    marked = _DECIMAL_MARK.sub("@", text[1:].strip().replace("\N{NO-BREAK SPACE}", ""))
    plain = re.sub(r"[\s.,']", "", marked).replace("@", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def found(request: HttpRequest, text: str, *, limit: int) -> list[Group]:
    """The hits for a text, by source, those without hits left out."""
    typed = text.strip()
    wanted = Asked(request, typed, amount_asked(typed), limit)
    if not typed:
        return []
    groups = []
    for source in SOURCES:
        if source.permission is not None and not may(request, source.permission):
            continue
        if wanted.amount is not None and not source.takes_amounts:
            continue
        hits = source.find(wanted)
        if hits:
            groups.append(Group(source.label, hits))
    return groups


def _accounts(wanted: Asked) -> list[Hit]:
    if not address_of("web:accounts"):
        return []
    return [
        Hit(f"{hit.number} · {hit.shown_name}", hit.currency, address_of("web:account", hit.id), "users")
        for hit in search_accounts(wanted.text, legal_entity_ids=wanted.companies("account.view"), limit=wanted.limit)
    ]


def _subscriptions(wanted: Asked) -> list[Hit]:
    if len(wanted.text) < 3:
        return []
    found = list_subscriptions(text=wanted.text, legal_entity_ids=wanted.companies("account.view"), limit=wanted.limit)
    return [
        Hit(
            " · ".join(part for part in (one.number, one.plan_name, one.description) if part),
            "",
            address_of("web:subscription", one.id),
            "refresh-cw",
        )
        for one in found
    ]


def _ledger_accounts(wanted: Asked) -> list[Hit]:
    entity = find_acting_entity(wanted.request)
    if entity is None or len(wanted.text) < 2:
        return []
    text = wanted.text.casefold()
    matching = [
        account
        for account in list_accounts(entity.id)
        if account.code.startswith(text) or text in account.name.casefold()
    ]
    return [
        Hit(f"{account.code} · {account.name}", entity.code, address_of("web:ledger-account", account.id), "book-open")
        for account in matching[: wanted.limit]
    ]


def _entries(wanted: Asked) -> list[Hit]:
    match = _ENTRY_NUMBER.fullmatch(wanted.text)
    if match is None:
        return []
    number = int(match[1])
    return [
        Hit(_("Journal entry %(id)d") % {"id": number}, "", address_of("web:journal-entry", number), "notebook-text")
    ]


def _invoices(wanted: Asked) -> list[Hit]:
    companies = wanted.companies("invoice.view")
    found = search_documents(wanted.text, amount=wanted.amount, legal_entity_ids=companies, limit=wanted.limit)
    return [
        Hit(
            row.number or _("Draft %(id)d") % {"id": row.id},
            str(row.total),
            address_of("web:invoice", row.id),
            "receipt-text",
        )
        for row in found
    ]


def _payments(wanted: Asked) -> list[Hit]:
    companies = wanted.companies("payment.view")
    found = search_payments(wanted.text, amount=wanted.amount, legal_entity_ids=companies, limit=wanted.limit)
    return [
        Hit(
            " · ".join(part for part in (row.number, row.reference, row.payer_name) if part),
            f"{row.amount}, {formats.day(row.value_date, formats=formats.reader())}",
            address_of("web:payment", row.payment_id),
            "banknote",
        )
        for row in found
    ]


def _catalog(wanted: Asked) -> list[Hit]:
    if len(wanted.text) < 2:
        return []
    companies = wanted.companies("account.view")
    hits = search_catalog(wanted.text, legal_entity_ids=companies, limit=wanted.limit)
    return [
        Hit(f"{hit.code} · {hit.name}", hit.note, address_of("web:plan", hit.plan_id), "tags")
        for hit in hits
        if hit.plan_id is not None
    ][: wanted.limit]


def _pages(wanted: Asked) -> list[Hit]:
    text = wanted.text.casefold()
    entries = [entry for section in navigation.sections(wanted.request) for entry in section.entries]
    matching = [entry for entry in entries if text in str(entry.label).casefold()]
    return [Hit(str(entry.label), "", entry.url, entry.icon) for entry in matching[: wanted.limit]]


SOURCES: Final[tuple[Source, ...]] = (
    Source(label=gettext_lazy("Accounts"), permission="account.view", find=_accounts),
    Source(label=gettext_lazy("Invoices"), permission="invoice.view", find=_invoices, takes_amounts=True),
    Source(label=gettext_lazy("Payments"), permission="payment.view", find=_payments, takes_amounts=True),
    Source(label=gettext_lazy("Subscriptions"), permission="account.view", find=_subscriptions),
    Source(label=gettext_lazy("Catalog"), permission="bill_run.view", find=_catalog),
    Source(label=gettext_lazy("Journal"), permission="ledger.view", find=_entries),
    Source(label=gettext_lazy("Ledger accounts"), permission="ledger.view", find=_ledger_accounts),
    Source(label=gettext_lazy("Pages"), permission=None, find=_pages),
)
