"""What the pages of offers share: whose they are, the reader's day, and how a preview is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.acting import at_of, look_ahead
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.subscriptions.page import shown
from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.ui import responses
from billwright.workflow.offers import OfferPreview

VIEW = "account.view"
TEMPLATE = "web/offers/form.html"


def account_for(request: HttpRequest, account_id: int) -> AccountRow:
    """The account, if the person may see it. Raises NotFound, NotAllowed."""
    account = get_account(account_id)
    require_in(request, VIEW, account.legal_entity_id)
    return account


def today_of(request: HttpRequest, account: AccountRow | None = None) -> date:
    """The account's civil date; of no account: the reader's."""
    return business_date(at_of(request), account.timezone) if account else timezone.localdate(at_of(request))


def offer_by_drawer(
    request: HttpRequest,
    verb: Callable[..., Any],
    *,
    form: forms.Form,
    arguments: Callable[[dict[str, Any]], Mapping[str, Any]],
    preview: Callable[[Act, dict[str, Any]], OfferPreview],
    url: Callable[[Any], str] | str,
    told: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """A drawer of one verb that shows, when asked, what the next invoice comes to with it and without it."""
    if "preview" not in request.POST:
        return act_by_drawer(
            request, verb, form=form, arguments=arguments, url=url, told=told, template=TEMPLATE, context=context
        )
    found = {**context}
    if form.is_valid():
        try:
            offer = look_ahead(request, lambda act: preview(act, form.cleaned_data))
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
            found["preview_refused"] = refusal.message
        else:
            found |= {"offer": offer, "after": shown(offer.after)}
    if request.headers.get("HX-Target") == "offered":
        return render(request, "web/offers/offered.html", found)
    return responses.drawer(request, TEMPLATE, {"form": form, **found})
