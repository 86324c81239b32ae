"""Bank details on documents: whoever changes them moves everybody's money, so the matrix says who and how many."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.approvals import list_approvals
from billwright.access.states import ApprovalState
from billwright.interfaces.web import approving
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.setup.forms import BankForm
from billwright.interfaces.web.setup.steps import entity_of, form_drawer, step_page
from billwright.kernel.errors import Refusal
from billwright.org.operations import add_bank_account
from billwright.org.queries import LegalEntityRow, list_bank_accounts
from billwright.ui import responses, toasts

VERB = "legal_entity.add_bank_account"
_DETAILS = ("bank_name", "iban", "bic", "account_number", "branch_code", "payment_address")


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The accounts of the company, and those that wait for approval."""
    entity = entity_of(request, code)
    asked = list_approvals(states=[ApprovalState.PENDING], subject=f"legal_entity:{entity.id}")
    context = {
        "accounts": list_bank_accounts(entity.id),
        "waiting": [approval for approval in asked if approval.verb == VERB],
    }
    return step_page(request, entity, "bank", verb=VERB, context=context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Add an account, or ask that another person do it where the matrix wants two."""
    entity = entity_of(request, code, right=VERB)
    form = bound(BankForm, request, holder=entity.name, currency=entity.base_currency)
    asks = approving.needs_second_person(VERB)
    form.fields["reason"].required = asks
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, entity, form.cleaned_data, asks=asks)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return responses.done(request, reverse("web:setup-bank", args=[code]))
    first = _("Another person with the authority decides; nothing changes before.")
    follows = (*([first] if asks else []), _("Documents issued from then on carry the account."))
    submit = _("Send for approval") if asks else _("Add")
    return form_drawer(request, form, title=_("Add a bank account"), icon="landmark", submit=submit, follows=follows)


def _add(request: HttpRequest, entity: LegalEntityRow, asked: dict[str, Any], *, asks: bool) -> None:
    arguments = {
        "legal_entity_id": entity.id,
        "label": asked["label"],
        "holder": asked["holder"],
        "currency": asked["currency"],
        "details": {name: asked[name] for name in _DETAILS if asked[name]},
    }
    if not asks:
        perform(request, add_bank_account, reason=asked["reason"], **arguments)
        toasts.toast(request, _("The account is added."))
        return
    words = {"label": asked["label"], "number": asked["iban"] or asked["account_number"], "company": entity.name}
    case_text = gettext("Bank account %(label)s %(number)s for %(company)s") % words
    approving.ask(request, VERB, reason=asked["reason"], case_text=case_text, arguments=arguments)
