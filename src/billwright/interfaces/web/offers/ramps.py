"""Agreed prices of a subscription: several, each from a day on, in one act with its preview."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.forms import ActForm, DayField, bound, read_amount
from billwright.interfaces.web.offers.scope import account_for, offer_by_drawer, today_of
from billwright.subscriptions.operations import PriceRamp, PriceStep, agree_price_ramp
from billwright.subscriptions.queries import get_subscription, list_items
from billwright.ui import formats
from billwright.workflow.offers import preview_price_ramp

_TENTH: Final = Decimal("0.1")


class RampForm(ActForm):
    """Which charge, its prices by dates, and when the list price holds again."""

    charge = forms.ChoiceField(label=_("Charge"))
    steps = forms.CharField(
        label=_("Prices"),
        max_length=4000,
        help_text=_("One a line: the day from which it holds, then the price, such as 2026-01-01 80.00"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    list_price_from = DayField(
        label=_("List price again from"), required=False, help_text=_("Empty: the last price holds for good.")
    )
    says = forms.CharField(
        label=_("Agreed in"), required=False, max_length=200, help_text=_("Printed where a line is explained.")
    )

    def clean_steps(self) -> tuple[PriceStep, ...]:
        """The steps in their order. A line that cannot be read is named."""
        lines = [line.split() for line in str(self.cleaned_data["steps"]).splitlines() if line.strip()]
        return tuple(_step(words, row=row) for row, words in enumerate(lines, start=1))


def _step(words: list[str], *, row: int) -> PriceStep:
    price = read_amount(" ".join(words[1:]), decimal_mark=formats.reader().number(_TENTH)[1])
    try:
        day = date.fromisoformat(words[0])
    except ValueError:
        price = None
    if price is None:
        raise forms.ValidationError(
            gettext("Line %(row)d is no day and price. Write it as 2026-01-01 80.00") % {"row": row}
        )
    return PriceStep(day, price)


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Agree prices of a charge of a subscription by dates, then perhaps the list price again."""
    row = get_subscription(subscription_id)
    account = account_for(request, row.account_id)
    require_in(request, "price.agree_ramp", account.legal_entity_id)
    today = today_of(request, account)
    form = bound(RampForm, request)
    charges = {item.plan_charge_id: item.charge_name for item in list_items(row.id)}
    field: forms.ChoiceField = form.fields["charge"]  # type: ignore[assignment]
    field.choices = [(str(charge_id), name) for charge_id, name in charges.items()]

    def asked(given: dict[str, Any]) -> PriceRamp:
        return PriceRamp(
            plan_charge_id=int(given["charge"]),
            subscription_id=row.id,
            steps=given["steps"],
            list_price_from=given["list_price_from"],
            says=given["says"],
        )

    return offer_by_drawer(
        request,
        agree_price_ramp,
        form=form,
        arguments=lambda given: {"ramp": asked(given), "as_of": today},
        preview=lambda act, given: preview_price_ramp(act=act, ramp=asked(given), as_of=today),
        url=reverse("web:subscription", args=[row.id]),
        told=gettext("The prices are agreed."),
        context={
            "title": gettext("Prices agreed for %(number)s") % {"number": row.number},
            "icon": "chart-no-axes-column-increasing",
            "submit": gettext("Agree the prices"),
            "follows": [
                ("calendar-days", gettext("Each bill takes the price of its own days")),
                ("receipt-text", gettext("What is billed for later days already is credited and billed anew")),
                ("lock", gettext("A price is never changed: a later one follows it")),
            ],
        },
    )
