"""Stored means of paying: one of them with its debits, a debit of it now, its order, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import get_account
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.acting import act_of
from billwright.interfaces.web.collecting.forms import BankAccountForm, details_of
from billwright.interfaces.web.collecting.moves import Moves, move_by_drawer
from billwright.interfaces.web.collecting.words import COLLECTION_STATES, METHOD_KINDS, METHOD_STATES, PLANS
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, may_in, require_in
from billwright.interfaces.web.forms import ActForm, AmountField, bound
from billwright.interfaces.web.tags import state_column
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments import operations
from billwright.payments.collecting_rows import CollectionRow, StoredMethodRow
from billwright.payments.queries.collections import get_collection, list_collections
from billwright.payments.queries.mandates import get_method, list_account_mandates
from billwright.payments.states import STORED_METHOD, BankDetailsKind, CollectionState, FailurePlan, StoredMethodState
from billwright.receivables.queries import blocked_items, chaseable
from billwright.ui import formats, tables
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, Table
from billwright.workflow import gateway_intake

DEBITS_SHOWN_MAX: Final = 200
MOVES: Final[Moves] = {
    "suspend": (operations.suspend_method, gettext_lazy("Put it aside")),
    "resume": (operations.resume_method, gettext_lazy("Take it into use again")),
    "revoke": (operations.revoke_method, gettext_lazy("End it for good")),
    "see_change": (operations.see_change, gettext_lazy("Looked at")),
}


class DebitForm(ActForm):
    """How much of what is due."""

    amount = AmountField(
        label=gettext_lazy("At most"), help_text=gettext_lazy("The oldest first; what is due is proposed.")
    )


class RankForm(ActForm):
    """In which order it is tried."""

    rank = forms.IntegerField(
        label=gettext_lazy("Order"), min_value=1, max_value=99, help_text=gettext_lazy("The lowest is tried first.")
    )


_COLUMNS: Final = [
    Column(
        "reference",
        gettext_lazy("Debit"),
        value=lambda row: row.end_to_end,
        url=lambda row: reverse("web:failed-debit", args=[row.id]),
    ),
    Column("day", gettext_lazy("On"), kind="date", value=lambda row: row.action_day),
    Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
    state_column(COLLECTION_STATES),
    Column("code", gettext_lazy("Code"), value=lambda row: row.code),
    Column("plan", gettext_lazy("What happens"), value=lambda row: str(PLANS[row.plan][0]) if row.plan else ""),
    Column("retry_on", gettext_lazy("Again on"), kind="date", value=lambda row: row.retry_on, optional=True),
]


def _method_for(request: HttpRequest, stored_method_id: int) -> StoredMethodRow:
    row = get_method(stored_method_id)
    require_in(request, "mandate.view", row.legal_entity_id)
    return row


def may_debit(request: HttpRequest, row: StoredMethodRow) -> bool:
    """Whether a button offers to debit a stored token now."""
    return (
        bool(row.provider)
        and row.state == StoredMethodState.ACTIVE
        and may_in(request, "collection.collect_by_token", row.legal_entity_id)
    )


def may_carry_mandates(row: StoredMethodRow) -> bool:
    """Whether it is a bank account in use: a gateway's token needs no mandate."""
    return not row.provider and row.state in (StoredMethodState.ACTIVE, StoredMethodState.SUSPENDED)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep a bank account of a customer; a mandate may follow."""
    account = account_for(request, account_id)
    require_in(request, "stored_method.add_bank_account", account.legal_entity_id)
    country = get_legal_entity(legal_entity_id=account.legal_entity_id).country
    kind = country if country in BankDetailsKind.values else BankDetailsKind.IBAN
    today = day_at(request, account.legal_entity_id)
    return act_by_drawer(
        request,
        operations.add_bank_account,
        form=bound(BankAccountForm, request, kind=kind),
        arguments=lambda given: {
            "account_id": account.id,
            "holder": given["holder"],
            "details": details_of(given, BankDetailsKind(given["kind"])),
            "valid_from": today,
            "pay_day": given["pay_day"],
        },
        url=lambda row: reverse("web:stored-method", args=[row.id]),
        told=_("The bank account is kept."),
        context={
            "title": _("A bank account of %(number)s") % {"number": account.number},
            "icon": "landmark",
            "submit": _("Keep it"),
            "follows": [
                ("lock", _("It is encrypted and shown by its last letters alone")),
                ("signature", _("Nothing is collected from it before the customer signs a mandate")),
            ],
        },
    )


@require_GET
def method(request: HttpRequest, stored_method_id: int) -> HttpResponse:
    """One means of paying: what it is, what was debited from it, and what may be done with it."""
    row = _method_for(request, stored_method_id)
    account = get_account(row.account_id)
    debits = list_collections(account_id=row.account_id, stored_method_id=row.id, limit=None)
    is_export = tables.wants_export(request)
    shown = debits[::-1] if is_export else debits[::-1][:DEBITS_SHOWN_MAX]
    table = Table(
        request, columns=_COLUMNS, rows=shown, page=Page(rows=shown, next_cursor="", previous_cursor=""),
        label=_("Debits"),
    )  # fmt: skip
    if is_export:
        return tables.export(table, title=_("Debits"))
    words, tone, icon_name = METHOD_STATES[row.state]
    context = {
        "method": row,
        "account": account,
        "kind": METHOD_KINDS.get(row.kind, row.kind),
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "table": table,
        "mandates": [one for one in list_account_mandates(row.account_id) if one.stored_method_id == row.id],
        "acts": {
            name
            for name in STORED_METHOD.offered(row.state)
            if name in MOVES and may_in(request, f"stored_method.{name}", row.legal_entity_id)
        },
        "may_see": bool(row.bank_change) and may_in(request, "stored_method.see_change", row.legal_entity_id),
        "may_debit": may_debit(request, row),
        "may_sign": may_carry_mandates(row) and may_in(request, "mandate.add", row.legal_entity_id),
        "may_rank": may_in(request, "stored_method.set_rank", row.legal_entity_id),
    }
    return render(request, "web/collecting/method.html", context)


def _due(request: HttpRequest, row: StoredMethodRow) -> Money:
    """What a debit of the account could take today: due, not in dispute, and of which no earlier debit failed."""
    today = day_at(request, row.legal_entity_id)
    blocked = blocked_items([row.account_id])
    found = chaseable(as_of=today, account_ids=[row.account_id])
    due = [one for one in found if one.due_date <= today and one.open_item_id not in blocked]
    return sum((one.chaseable for one in due if one.chaseable.amount_minor > 0), start=Money.zero(row.currency))


@require_http_methods(["GET", "POST"])
def debit(request: HttpRequest, stored_method_id: int) -> HttpResponse:
    """Debit a token now for what is due."""
    row = _method_for(request, stored_method_id)
    return _debit_by_drawer(
        request,
        row,
        form=bound(DebitForm, request, amount=str(_due(request, row).decimal)),
        arguments=lambda given: {"amount": Money.of(given["amount"], row.currency)},
        url=reverse("web:stored-method", args=[row.id]),
    )


@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Carry out the plan of a failed debit now, where a token takes it up."""
    failure = get_collection(collection_id)
    require_in(request, "collection.view", failure.legal_entity_id)
    row = _method_for(request, token_of_plan(failure) or failure.stored_method_id)
    return _debit_by_drawer(
        request,
        row,
        form=bound(ActForm, request),
        arguments=lambda _given: {"takes_up_id": failure.id, "amount": failure.amount},
        url=reverse("web:failed-debits"),
    )


def token_of_plan(failure: CollectionRow) -> int | None:
    """The token by which the plan of a failure goes on; none where a bank's run takes it, or a person."""
    planned = failure.fallback_method_id if failure.plan == FailurePlan.FALLBACK else failure.stored_method_id
    is_waiting = failure.resolved_at is None and failure.plan in (FailurePlan.FALLBACK, FailurePlan.RETRY)
    return planned if planned is not None and is_waiting and get_method(planned).provider else None


def _debit_by_drawer(
    request: HttpRequest,
    row: StoredMethodRow,
    *,
    form: forms.Form,
    arguments: Callable[[dict[str, Any]], dict[str, Any]],
    url: str,
) -> HttpResponse:
    """Begin a debit, ask the gateway once that is committed, and say how it ended. Raises NotAllowed."""
    today = day_at(request, row.legal_entity_id)
    return act_by_drawer(
        request,
        gateway_intake.begin_debit,
        form=form,
        arguments=lambda given: {"stored_method_id": row.id, "on": today, **arguments(given)},
        then=lambda begun: gateway_intake.charge_begun(act=act_of(request).nested(), collection_id=begun.id),
        url=url,
        told=told,
        tone=lambda ended: "good" if ended.state == CollectionState.PAID else "warn",
        context={
            "title": _("Debit %(label)s") % {"label": row.label},
            "icon": "credit-card",
            "submit": _("Debit now"),
            "follows": [
                ("scale", _("The rules of its network decide whether it may be tried; nothing goes beyond its limits")),
                ("users", _("Above your limit it waits for a second person, and is debited once he agrees")),
            ],
        },
    )


def told(debit_row: CollectionRow) -> str:
    """How a debit ended, in one sentence."""
    amount = formats.amount_with_currency(debit_row.amount, formats=formats.reader())
    if debit_row.state == CollectionState.PAID:
        return _("%(amount)s is paid.") % {"amount": amount}
    if debit_row.state == CollectionState.SUBMITTED:
        return _("%(amount)s is asked for; the gateway has not answered yet.") % {"amount": amount}
    plan = str(PLANS[debit_row.plan][0]) if debit_row.plan else ""
    return _("Declined: %(code)s %(says)s %(plan)s") % {
        "code": debit_row.code,
        "says": debit_row.says,
        "plan": f"→ {plan}" if plan else "",
    }


@require_http_methods(["GET", "POST"])
def rank(request: HttpRequest, stored_method_id: int) -> HttpResponse:
    """Say in which order it is tried."""
    row = _method_for(request, stored_method_id)
    return act_by_drawer(
        request,
        operations.set_rank,
        form=bound(RankForm, request, rank=row.rank),
        arguments=lambda given: {"stored_method_id": row.id, "rank": given["rank"]},
        url=reverse("web:stored-method", args=[row.id]),
        told=_("The order is changed."),
        context={"title": _("Order of %(label)s") % {"label": row.label}, "icon": "arrow-up-down"},
    )


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, stored_method_id: int, name: str) -> HttpResponse:
    """Put it aside, take it into use again, or end it with the mandates on it."""
    row = _method_for(request, stored_method_id)
    url = reverse("web:stored-method", args=[row.id])
    return move_by_drawer(request, MOVES, name, of={"stored_method_id": row.id}, url=url, icon="credit-card")
