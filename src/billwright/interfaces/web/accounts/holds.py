"""Holds of an account's items: placed in a drawer, released by a button, each the inverse of the other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billwright.interfaces.web.accounts.edits import page_of
from billwright.interfaces.web.accounts.forms import HoldForm
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.kernel.money import Money
from billwright.receivables import operations
from billwright.receivables.queries import chaseable
from billwright.receivables.rows import OpenItemRow
from billwright.ui import formats, responses, toasts


def hold_new(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep an item, or a part of it, from being chased."""
    account = account_for(request, account_id)
    on = day_at(request, account.legal_entity_id)
    claims = [item for item in chaseable(as_of=on, account_ids=[account.id]) if item.open.amount_minor > 0]
    choices = [(item.open_item_id, _item_words(item)) for item in claims]
    asked = request.GET.get("item", "")
    initial = {"valid_from": on, "open_item_id": int(asked) if asked.isdigit() else None}
    form = (
        HoldForm(request.POST, items=choices) if request.method == "POST" else HoldForm(initial=initial, items=choices)
    )
    return act_by_drawer(
        request,
        operations.place_hold,
        form=form,
        arguments=lambda given: _arguments(given, account.currency),
        url=page_of(account.id),
        told=_("Held: it is not chased."),
        undo_url=lambda hold: reverse("web:hold-release", args=[account.id, hold.hold_id]),
        context={
            "title": _("Hold"),
            "icon": "pause",
            "submit": _("Place hold"),
            "follows": [
                ("bell-off", _("The held part is not chased while the hold is in force")),
                ("calendar", _("It is still owed, stays in the ageing and keeps its due date")),
            ],
        },
    )


def _arguments(given: dict[str, Any], currency: str) -> dict[str, Any]:
    amount = given["amount"]
    return {
        "open_item_id": given["open_item_id"],
        "reason": given["hold_reason"],
        "valid_from": given["valid_from"],
        "valid_until": given["valid_until"],
        "amount": None if amount is None else Money.of(amount, currency),
        "note": given["note"],
    }


def _item_words(item: OpenItemRow) -> str:
    amount = formats.amount_with_currency(item.open, formats=formats.reader())
    return f"{item.shown_name} · {formats.day(item.due_date, formats=formats.reader())} · {amount}"


@require_POST
def hold_release(request: HttpRequest, account_id: int, hold_id: int) -> HttpResponse:
    """Let the item be chased again from today on."""
    account = account_for(request, account_id)
    perform(request, operations.release_hold, hold_id=hold_id, on=day_at(request, account.legal_entity_id))
    toasts.toast(request, _("The hold is released."))
    return responses.done(request, page_of(account.id))
