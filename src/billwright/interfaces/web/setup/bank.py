"""Bank details on documents. A new account needs a second person: whoever changes it moves everybody's money."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.approvals import list_approvals
from billwright.access.states import ApprovalState
from billwright.interfaces.web import approving
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.setup.forms import BankForm
from billwright.interfaces.web.setup.steps import entity_of, form_drawer, step_page
from billwright.kernel.errors import Refusal
from billwright.org.queries import list_bank_accounts
from billwright.ui import responses

VERB = "legal_entity.add_bank_account"
_DETAILS = ("bank_name", "iban", "bic", "account_number", "branch_code")


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
    """Ask that an account be added."""
    entity = entity_of(request, code, right=VERB)
    form = bound(BankForm, request, holder=entity.name, currency=entity.base_currency)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        words = {"label": asked["label"], "number": asked["iban"] or asked["account_number"], "company": entity.name}
        try:
            approving.ask(
                request,
                VERB,
                reason=asked["reason"],
                case_text=gettext("Bank account %(label)s %(number)s for %(company)s") % words,
                arguments={
                    "legal_entity_id": entity.id,
                    "label": asked["label"],
                    "holder": asked["holder"],
                    "currency": asked["currency"],
                    "details": {name: asked[name] for name in _DETAILS if asked[name]},
                },
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return responses.done(request, reverse("web:setup-bank", args=[code]))
    follows = (
        _("Another person with the authority decides; nothing changes before."),
        _("Documents issued after that carry the account."),
    )
    title, submit = _("Add a bank account"), _("Send for approval")
    return form_drawer(request, form, title=title, icon="landmark", submit=submit, follows=follows)
