"""The page of an account: the whole case on one screen, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.access.masking import shown
from billwright.access.queries import display_names
from billwright.accounts import queries
from billwright.accounts.rows import ChangeRow
from billwright.accounts.states import BILLING_ACCOUNT
from billwright.interfaces.web.accounts.case import AccountCase, gather
from billwright.interfaces.web.accounts.choices import (
    ADDRESS_KINDS,
    CONTACT_ROLES,
    DELIVERIES,
    FIELDS,
    HOLD_REASONS,
    STATES,
    TAX_TREATMENTS,
    words_of,
)
from billwright.interfaces.web.accounts.documents import chosen_words
from billwright.interfaces.web.accounts.items import items_table, items_views
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.accounts.timeline import KINDS, events_of, verb_words
from billwright.interfaces.web.acting import permissions
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import day_at, may_in
from billwright.interfaces.web.subscriptions.words import STATES as SUBSCRIPTION_STATES
from billwright.reporting.ageing import DEFAULT_BOUNDS
from billwright.ui import charts, formats, tables
from billwright.ui.charts import Chart, Point

DAYS_ALARMING: Final = 60
CHANGES_ON_A_PAGE: Final = 50

# What the page offers, each with the right that it needs.
ACTS: Final[dict[str, str]] = {
    "receive": "payment.receive",
    "allocate": "open_item.allocate",
    "unallocate": "open_item.unallocate",
    "move": "unallocated_cash.move",
    "refund": "payment.refund",
    "hold": "hold.place",
    "release": "hold.release",
    "link": "payment_link.create",
    "note": "account.add_note",
    "status": "account.set_status_note",
    "edit": "account.update",
    "cycle_day": "account.change_cycle_day",
    "edit_customer": "customer.update",
    "contact": "account.add_contact",
    "change_contact": "account.change_contact",
    "address": "account.change_address",
    "references": "account.set_references",
    "parent": "account.set_parent",
    "end_parent": "account.end_parent",
    "close": "account.close",
    "reopen": "account.reopen",
    "open_account": "account.create",
    "merge": "customer.merge",
    "subscribe": "subscription.subscribe",
    "report": "report.view",
    "reveal": "personal.reveal",
}
_BUCKET_WORDS: Final[tuple[str | Promise, ...]] = (
    gettext_lazy("Not due"),
    gettext_lazy("1–30 days"),
    gettext_lazy("31–60 days"),
    gettext_lazy("61–90 days"),
    gettext_lazy("over 90 days"),
)
assert len(_BUCKET_WORDS) == len(DEFAULT_BOUNDS) + 1


@dataclass(frozen=True, slots=True)
class Attention:
    """Something to be read before anything else, and what to do about it."""

    tone: str
    words: str
    drawer: str = ""
    href: str = ""
    label: str = ""


@require_GET
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account with all that is known of it."""
    row = account_for(request, account_id)
    case = gather(row, as_of=day_at(request, row.legal_entity_id))
    allowed = {name: may_in(request, right, row.legal_entity_id) for name, right in ACTS.items()}
    table = items_table(request, case, may_hold=allowed["hold"])
    if tables.wants_export(request):
        return tables.export(table, title=_("Items of %(number)s") % {"number": row.number})
    kind = request.GET.get("timeline", "all")
    context = {
        "case": case,
        "account": row,
        "state": words_of(STATES, row.state),
        "document_choices": chosen_words(row),
        "may": allowed | _legal(case, allowed),
        "attention": _attention(case, allowed),
        "chart": _chart(case),
        "table": table,
        "views": items_views(request, case),
        "events": events_of(row, kind=kind),
        "timeline_kinds": [(key, label, key == kind) for key, label in KINDS.items()],
        "renewal": case.renewals[0] if case.renewals else None,
        "status_author": _author(case),
        **_words_of(request, case),
    }
    return render(request, "web/accounts/account.html", context)


def _legal(case: AccountCase, allowed: dict[str, bool]) -> dict[str, bool]:
    """A button exists only if its verb is legal in this state and allowed to this person."""
    offered = BILLING_ACCOUNT.offered(case.account.state)
    has_claims = case.figures.claim_count > 0
    has_source = bool(case.cash or case.credit_items)
    return {
        "close": allowed["close"] and "close" in offered,
        "reopen": allowed["reopen"] and "reopen" in offered,
        "allocate": allowed["allocate"] and has_claims and has_source,
        "hold": allowed["hold"] and has_claims,
        "parent": allowed["parent"] and case.parent is None,
        "end_parent": allowed["end_parent"] and case.parent is not None,
        "merge": allowed["merge"] and case.customer.merged_into_id is None,
    }


def _attention(case: AccountCase, allowed: dict[str, bool]) -> list[Attention]:
    found = []
    account_id = case.account.id
    if not case.reconciliation.ties:
        words = _("This account differs from the ledger. Do not settle anything before it is known why.")
        found.append(Attention("bad", words, href="#reconciliation", label=_("See the difference")))
    if case.unallocated and case.figures.claim_count:
        words = _("%(amount)s waits on this account while documents are open.") % {"amount": _amount(case.unallocated)}
        drawer = address_of("web:payment-allocate", account_id) if allowed["allocate"] else ""
        found.append(Attention("warn", words, drawer=drawer, label=_("Allocate")))
    note = case.status_note
    if note is not None and note.next_action_on is not None and note.next_action_on <= case.as_of:
        words = _("Due: %(action)s") % {"action": note.next_action or note.status}
        drawer = address_of("web:account-status", account_id) if allowed["status"] else ""
        found.append(Attention("warn", words, drawer=drawer, label=_("Say what came of it")))
    elif case.days_overdue > DAYS_ALARMING and note is None:
        words = _("The oldest document is %(days)d days overdue and nobody has said what happens next.")
        drawer = address_of("web:account-status", account_id) if allowed["status"] else ""
        found.append(Attention("warn", words % {"days": case.days_overdue}, drawer=drawer, label=_("Set status")))
    if case.account.delivery == "EMAIL" and not any(row.email for row in case.contacts if row.role == "BILLING"):
        words = _("Documents go by e-mail, but no billing contact has an address.")
        drawer = address_of("web:contact-new", account_id) if allowed["contact"] else ""
        found.append(Attention("warn", words, drawer=drawer, label=_("Add contact")))
    return found


def _chart(case: AccountCase) -> Chart | None:
    if not case.figures.count:
        return None
    views = ("open", *["overdue"] * len(DEFAULT_BOUNDS))
    points = [
        Point(str(label), amount.decimal, formats.amount(amount, formats=formats.reader()), f"?items={view}")
        for label, amount, view in zip(_BUCKET_WORDS, case.figures.buckets, views, strict=True)
    ]
    return charts.ageing(points, title=_("Ageing of open items"))


def _words_of(request: HttpRequest, case: AccountCase) -> dict[str, Any]:
    """Values as this person may read them: personal ones masked where no right says otherwise."""
    entity_id, held = case.account.legal_entity_id, permissions(request)

    def masked(kind: str, value: str) -> str:
        return shown(kind, value, held, legal_entity_id=entity_id)

    contacts = [
        (row, words_of(CONTACT_ROLES, row.role), masked("email", row.email), masked("phone", row.phone))
        for row in case.contacts
    ]
    first = next((line for line in contacts if line[0].role == "BILLING"), contacts[0] if contacts else None)
    return {
        "contacts": contacts,
        "first_contact": first,
        "is_masked": any(email != row.email or phone != row.phone for row, _role, email, phone in contacts),
        "tax_number": masked("tax_number", case.customer.tax_number),
        "tax_is_masked": masked("tax_number", case.customer.tax_number) != case.customer.tax_number,
        "addresses": [(row, words_of(ADDRESS_KINDS, row.kind)) for row in case.addresses],
        "subscriptions": [(row, SUBSCRIPTION_STATES[row.state][0]) for row in case.subscriptions],
        "delivery": words_of(DELIVERIES, case.account.delivery),
        "tax_treatment": words_of(TAX_TREATMENTS, case.account.tax_treatment),
        "holds": [
            (hold, words_of(HOLD_REASONS, hold.reason), case.held_items[hold.open_item_id].shown_name)
            for hold in case.holds
        ],
        "relatives": [case.relatives[link.child_id] for link in case.children],
        "payer": case.relatives.get(case.parent.parent_id) if case.parent else None,
    }


def _author(case: AccountCase) -> str:
    if case.status_note is None:
        return ""
    return display_names([case.status_note.author]).get(case.status_note.author, "")


def _amount(amount: Any) -> str:
    return formats.amount_with_currency(amount, formats=formats.reader())


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field of a change: what it was and what it became."""

    label: str
    before: str
    after: str


@require_GET
def history(request: HttpRequest, account_id: int) -> HttpResponse:
    """Every change of the account, its contacts and its customer: old, new, who, when, why, since when."""
    row = account_for(request, account_id)
    before = request.GET.get("before", "")
    changes = queries.list_changes(
        customer_id=row.customer_id,
        account_id=row.id,
        before_id=int(before) if before.isdigit() else None,
        limit=CHANGES_ON_A_PAGE + 1,
    )
    names = display_names({actor for change in changes for actor in (change.actor, change.on_behalf_of) if actor})
    may_see_values = permissions(request).allows_in("account.view_contact", row.legal_entity_id)
    context = {
        "account": row,
        "changes": [
            (
                change,
                verb_words(change.verb),
                names.get(change.actor, change.actor),
                names.get(change.on_behalf_of, ""),
                _fields_of(change, may_see_values=may_see_values),
            )
            for change in changes[:CHANGES_ON_A_PAGE]
        ],
        "notes": queries.list_notes(row.id),
        "next_before": changes[CHANGES_ON_A_PAGE - 1].id if len(changes) > CHANGES_ON_A_PAGE else None,
    }
    return render(request, "web/accounts/history.html", context)


def _fields_of(change: ChangeRow, *, may_see_values: bool) -> Sequence[ChangedField]:
    if change.erased:
        return ()
    personal = {"email", "phone", "tax_number"}
    fields = []
    for name in dict.fromkeys((*change.before, *change.after)):
        if name == "version":
            continue
        old, new = change.before.get(name), change.after.get(name)
        if name in personal and not may_see_values:
            old, new = ("••••" if old else old), ("••••" if new else new)
        fields.append(ChangedField(words_of(FIELDS, name), _plain(old), _plain(new)))
    return fields


def _plain(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)
