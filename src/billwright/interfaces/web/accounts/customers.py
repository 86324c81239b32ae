"""Customers: their page, what may be the same party twice, merging and taking it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from billwright.access.masking import shown
from billwright.accounts import operations, queries
from billwright.accounts.rows import CustomerRow
from billwright.interfaces.web.accounts.choices import CUSTOMER_KINDS, words_of
from billwright.interfaces.web.accounts.forms import MergeForm
from billwright.interfaces.web.accounts.scope import customer_for, today, visible_entities
from billwright.interfaces.web.accounts.timeline import verb_words
from billwright.interfaces.web.acting import may, perform, permissions
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import bound
from billwright.reporting.account_list import AccountQuestion, list_accounts_with_debts
from billwright.ui import responses, toasts

ACCOUNTS_SHOWN_MAX = 200


def customer_url(customer_id: int) -> str:
    """The address of a customer's page."""
    return reverse("web:customer", args=[customer_id])


@require_GET
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer with its accounts, and whom it was merged with."""
    entities = visible_entities(request, "account.view")
    row = customer_for(request, customer_id)
    question = AccountQuestion(
        as_of=today(request), legal_entity_ids=tuple(entity.id for entity in entities), customer_id=customer_id
    )
    found = list_accounts_with_debts(question, limit=ACCOUNTS_SHOWN_MAX)
    tax_number = shown("tax_number", row.tax_number, permissions(request))
    context = {
        "customer": row,
        "kind": words_of(CUSTOMER_KINDS, row.kind),
        "tax_number": tax_number,
        "accounts": found.rows,
        "totals": found.totals,
        "entities": {entity.id: entity.code for entity in entities},
        "kept": queries.get_customer(row.merged_into_id) if row.merged_into_id else None,
        "changes": [
            (change, verb_words(change.verb)) for change in queries.list_changes(customer_id=customer_id, limit=12)
        ],
        "may_change": may(request, "customer.update") and row.merged_into_id is None,
        "may_open": may(request, "account.create") and row.merged_into_id is None,
        "may_merge": may(request, "customer.merge") and row.merged_into_id is None,
        "may_undo": may(request, "customer.undo_merge") and row.merged_into_id is not None,
    }
    return render(request, "web/accounts/customer.html", context)


@require_GET
def duplicates(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Customers that may be the same party, with the reasons, each one step from the preview of a merge."""
    row = customer_for(request, customer_id)
    companies = permissions(request).entities_for("account.view")
    context = {
        "customer": row,
        "found": queries.find_duplicates(customer_id, legal_entity_ids=companies),
        "may_merge": may(request, "customer.merge"),
    }
    return responses.drawer(request, "web/accounts/duplicates.html", context)


def merge(request: HttpRequest, customer_id: int, merged_id: int) -> HttpResponse:
    """Preview what becomes one, and merge."""
    kept, merged = customer_for(request, customer_id), customer_for(request, merged_id)
    moving = queries.list_customer_accounts(merged_id)
    return act_by_drawer(
        request,
        operations.merge_customers,
        form=bound(MergeForm, request),
        arguments=lambda _given: {"kept_id": customer_id, "merged_id": merged_id},
        url=customer_url(customer_id),
        told=lambda row: (
            ngettext("Merged: %(count)d account moved.", "Merged: %(count)d accounts moved.", len(row.account_ids))
            % {"count": len(row.account_ids)}
        ),
        undo_url=lambda _row: reverse("web:customer-undo-merge", args=[merged_id]),
        template="web/accounts/merge.html",
        context={
            "title": _("Merge two customers"),
            "icon": "merge",
            "drawer_class": "wide",
            "submit": _("Merge into %(name)s") % {"name": kept.name},
            "kept": kept,
            "merged": merged,
            "moving": moving,
            "compared": _compared(kept, merged, request),
        },
    )


def _compared(kept: CustomerRow, merged: CustomerRow, request: HttpRequest) -> list[tuple[str, str, str]]:
    held = permissions(request)
    return [
        (_("Name"), kept.name, merged.name),
        (_("Country"), kept.country, merged.country),
        (
            _("Tax number"),
            shown("tax_number", kept.tax_number, held),
            shown("tax_number", merged.tax_number, held),
        ),
        (_("Registration number"), kept.registration_number, merged.registration_number),
        (_("Reference"), kept.reference, merged.reference),
    ]


@require_POST
def undo_merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Give a merged customer its accounts back."""
    customer_for(request, customer_id)
    row = perform(request, operations.undo_merge, merged_id=customer_id)
    toasts.toast(request, _("The merge is undone: the accounts are back where they were."))
    return responses.done(request, customer_url(row.merged_id))
