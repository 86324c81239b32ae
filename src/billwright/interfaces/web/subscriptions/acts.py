"""The acts on a subscription that change no terms: activate, billing holds, adjustments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from billwright.catalog.queries import list_products
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.interfaces.web.subscriptions.page import subscription_for, today_of
from billwright.kernel.money import Money
from billwright.rating.operations import NewAdjustment, approve_adjustment, discard_charge, propose_adjustment
from billwright.rating.queries import get_charge
from billwright.rating.queries import not_found as charge_not_found
from billwright.subscriptions import operations
from billwright.ui import responses, toasts


def page_of(subscription_id: int) -> str:
    """The page of a subscription."""
    return reverse("web:subscription", args=[subscription_id])


class ActivateForm(ActForm):
    """From when on it is billed."""

    starts_on = DayField(label=gettext_lazy("First day of service"))
    billed_to = DayField(
        label=gettext_lazy("Billed elsewhere until"), required=False, help_text=gettext_lazy("Empty: not at all.")
    )


@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Confirm that the service runs; billing begins."""
    row, account = subscription_for(request, subscription_id)
    return act_by_drawer(
        request,
        operations.activate,
        form=bound(ActivateForm, request, starts_on=today_of(request, account)),
        arguments=lambda given: {
            "subscription_id": row.id,
            "starts_on": given["starts_on"],
            "billed_to": given["billed_to"],
        },
        url=page_of(row.id),
        told=_("Active: the next bill run bills it."),
        context={
            "title": _("Activate %(number)s") % {"number": row.number},
            "icon": "play",
            "submit": _("Activate"),
            "follows": [("receipt-text", _("It is billed from its first day of service on"))],
        },
    )


class OwnReferencesForm(ActForm):
    """References that its lines carry instead of its account's."""

    purchase_order = forms.CharField(label=gettext_lazy("Purchase order"), max_length=60, required=False)
    cost_center = forms.CharField(label=gettext_lazy("Cost centre"), max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def references(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Give it a purchase order and a cost centre of its own."""
    row, _account = subscription_for(request, subscription_id)
    names = ("purchase_order", "cost_center", "version")
    return act_by_drawer(
        request,
        operations.set_references,
        form=bound(OwnReferencesForm, request, **{name: getattr(row, name) for name in names}),
        arguments=lambda given: {"subscription_id": row.id} | {name: given[name] for name in names},
        url=page_of(row.id),
        told=_("Documents from now on carry these references."),
        context={
            "title": _("References of %(number)s") % {"number": row.number},
            "icon": "hash",
            "lead": _("Empty: the account's hold. Where the account splits its documents, they say on which."),
        },
    )


class HoldForm(ActForm):
    """Why it is not billed, and until when."""

    hold_reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    valid_from = DayField(label=gettext_lazy("From"))
    valid_until = DayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Empty: until it is released.")
    )


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Do not bill this subscription for now."""
    row, account = subscription_for(request, subscription_id)
    return act_by_drawer(
        request,
        operations.place_billing_hold,
        form=bound(HoldForm, request, valid_from=today_of(request, account)),
        arguments=lambda given: {
            "account_id": account.id,
            "subscription_id": row.id,
            "reason": given["hold_reason"],
            "valid_from": given["valid_from"],
            "valid_until": given["valid_until"],
        },
        url=page_of(row.id),
        told=_("Held: it is not billed for now."),
        undo_url=lambda placed: reverse("web:subscription-release", args=[row.id, placed.id]),
        context={
            "title": _("Hold the billing of %(number)s") % {"number": row.number},
            "icon": "pause",
            "submit": _("Hold"),
            "follows": [("clock", _("What is due waits; the first run after the hold bills it"))],
        },
    )


@require_POST
def release(request: HttpRequest, subscription_id: int, hold_id: int) -> HttpResponse:
    """Bill again: the next run takes what waited."""
    subscription_for(request, subscription_id)
    perform(request, operations.release_billing_hold, billing_hold_id=hold_id)
    toasts.toast(request, _("Released: the next run bills what waited."))
    return responses.done(request, page_of(subscription_id))


class AdjustmentForm(ActForm):
    """An amount that a person enters with a reason."""

    amount = AmountField(
        label=gettext_lazy("Amount before tax"), help_text=gettext_lazy("Negative reduces what is owed.")
    )
    product = forms.ChoiceField(label=gettext_lazy("Product"))
    text = forms.CharField(label=gettext_lazy("Text on the document"), max_length=200)
    bill_from = DayField(label=gettext_lazy("Billed from"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: forms.ChoiceField = self.fields["product"]  # type: ignore[assignment]
        field.choices = [(product.code, product.name) for product in list_products()]


@require_http_methods(["GET", "POST"])
def adjust(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Propose an adjustment; it touches no balance until another person agrees."""
    row, account = subscription_for(request, subscription_id)

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        return {
            "adjustment": NewAdjustment(
                account_id=account.id,
                subscription_id=row.id,
                product=given["product"],
                amount=Money.of(given["amount"], account.currency),
                text=given["text"],
                bill_from=given["bill_from"],
            )
        }

    return act_by_drawer(
        request,
        propose_adjustment,
        form=bound(AdjustmentForm, request, bill_from=today_of(request, account)),
        arguments=arguments,
        url=page_of(row.id),
        told=_("Proposed: another person approves it."),
        context={
            "title": _("Adjustment to %(number)s, in %(currency)s")
            % {"number": row.number, "currency": account.currency},
            "icon": "scale",
            "submit": _("Propose"),
            "follows": [
                ("stamp", _("Nothing changes until another person with the authority approves it")),
                ("receipt-text", _("Then the next bill run puts it on a document, with tax")),
            ],
        },
    )


def _decide(verb: Callable[..., Any], told: str | Promise) -> Callable[[HttpRequest, int, int], HttpResponse]:
    @require_POST
    def view(request: HttpRequest, subscription_id: int, charge_id: int) -> HttpResponse:
        row, _account = subscription_for(request, subscription_id)
        if get_charge(charge_id).subscription_id != row.id:
            raise charge_not_found()
        perform(request, verb, charge_id=charge_id)
        toasts.toast(request, told)
        return responses.done(request, page_of(subscription_id))

    return view


approve = _decide(approve_adjustment, gettext_lazy("Approved: the next bill run takes it."))
discard = _decide(discard_charge, gettext_lazy("Discarded: it is never billed."))
