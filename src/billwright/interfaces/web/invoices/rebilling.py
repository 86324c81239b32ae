"""Credit and rebill in a drawer: what was wrong, from when on, what is right; first what it comes to, then the act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billwright.accounts.queries import account_ids_by_number, get_account
from billwright.catalog.queries import list_plans
from billwright.interfaces.web.acting import look_ahead, perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, require_in
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, ReasonForm, bound
from billwright.interfaces.web.invoices.acts import page_of
from billwright.interfaces.web.invoices.page import document_for
from billwright.interfaces.web.invoices.words import REBILL_CAUSES, words_of
from billwright.invoicing.queries import get_document
from billwright.invoicing.queries.rebillings import RebillingRow
from billwright.invoicing.states import RebillCause
from billwright.kernel.errors import NotAllowed, NotFound, Refusal
from billwright.ui import responses, toasts
from billwright.workflow import rebilling
from billwright.workflow.rebilling import NewRebill


class RebillForm(ActForm):
    """What was wrong and what is right."""

    cause = forms.ChoiceField(
        label=gettext_lazy("What is wrong"),
        choices=[("", gettext_lazy("Choose a cause")), *REBILL_CAUSES.items()],
    )
    true_date = DayField(label=gettext_lazy("Wrong from"))
    document_date = DayField(label=gettext_lazy("Date of the new documents"))
    line_no = forms.TypedChoiceField(label=gettext_lazy("Line"), required=False, coerce=int, empty_value=None)
    plan = forms.ChoiceField(label=gettext_lazy("Right plan"), required=False)
    quantity = AmountField(label=gettext_lazy("Right quantity"), required=False)
    unit_price = AmountField(label=gettext_lazy("Right price per unit"), required=False)
    account = forms.CharField(label=gettext_lazy("Right account"), required=False, max_length=40)
    purchase_order = forms.CharField(label=gettext_lazy("Purchase order"), required=False, max_length=60)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, lines: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["line_no"].choices = [("", _("The only one that bills a subscription")), *lines]  # type: ignore[attr-defined]
        plans = [(plan.code, plan.name) for plan in list_plans()]
        self.fields["plan"].choices = [("", "–"), *plans]  # type: ignore[attr-defined]

    def asked(self) -> NewRebill:
        """What the verb takes. Raises NotFound for an unknown account."""
        given = self.cleaned_data
        return NewRebill(
            cause=RebillCause(given["cause"]),
            true_date=given["true_date"],
            document_date=given["document_date"],
            line_no=given["line_no"],
            plan=given["plan"],
            quantity=given["quantity"],
            unit_price=given["unit_price"],
            account_id=_account_id(given["account"]) if given["account"] else None,
            purchase_order=given["purchase_order"],
        )


def _account_id(number: str) -> int:
    found = account_ids_by_number([number]).get(number)
    if found is None:
        raise NotFound("account.not_found", _("There is no account %(number)s.") % {"number": number}, field="account")
    return found


@require_http_methods(["GET", "POST"])
def rebill(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Show the form, what it comes to, or carry it out."""
    head = document_for(request, invoice_id)
    require_in(request, "invoice.rebill", head.legal_entity_id)
    lines = [(line.line_no, f"{line.line_no}. {line.text}") for line in get_document(invoice_id).lines if line.item_id]
    first = {"document_date": max(day_at(request, head.legal_entity_id), head.document_date)}
    form = RebillForm(request.POST if request.method == "POST" else None, lines=lines, initial=first)
    shown: RebillingRow | None = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if "preview" in request.POST:
                asked = {"invoice_id": invoice_id, "asked": form.asked()}
                shown = look_ahead(request, rebilling.preview_rebill, reason=reason, **asked)
            else:
                perform(request, rebilling.rebill, reason=reason, invoice_id=invoice_id, asked=form.asked())
                toasts.toast(request, _("Credited and billed anew."))
                return responses.done(request, page_of(invoice_id))
        except NotAllowed:
            raise
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
    context = {
        "form": form,
        "shown": shown,
        "cause": words_of(REBILL_CAUSES, shown.cause) if shown else "",
        "title": _("Credit and rebill %(number)s") % {"number": head.number},
        "account": get_account(head.account_id),
    }
    return responses.drawer(request, "web/invoices/rebill.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, invoice_id: int, rebilling_id: int) -> HttpResponse:
    """Take it back: what was before is agreed and billed again, by new documents."""
    head = document_for(request, invoice_id)
    require_in(request, "invoice.undo_rebill", head.legal_entity_id)
    day = day_at(request, head.legal_entity_id)
    return act_by_drawer(
        request,
        rebilling.undo_rebill,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"rebilling_id": rebilling_id, "document_date": day},
        url=page_of(invoice_id),
        told=_("Taken back: what was before is billed again."),
        context={
            "title": _("Take the credit and rebill back"),
            "icon": "undo-2",
            "submit": _("Take it back"),
            "lead": _("What was agreed before holds again from the same day on."),
            "follows": [
                ("receipt-text", _("What replaced the original is credited")),
                ("file-plus", _("What was before is billed again; issued documents stay")),
            ],
        },
    )
