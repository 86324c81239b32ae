"""A new price: the columns that its charge's model asks for, and whom it reaches before it is set."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from billwright.catalog.operations import NewPrice
from billwright.catalog.policies import followed_by
from billwright.catalog.queries import ChargeRow, PriceRow, list_prices
from billwright.catalog.rows import TierRow
from billwright.catalog.states import PriceModel
from billwright.interfaces.web.acting import require, require_everywhere
from billwright.interfaces.web.catalog.plans import plan_for, today_of
from billwright.interfaces.web.catalog.products import VIEW
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.kernel.errors import NotFound, Refusal
from billwright.subscriptions.operations import change_price
from billwright.subscriptions.queries import reached_by_price
from billwright.ui import responses
from billwright.workflow.price_change import PriceChangePreview, calculate_price, preview_price_change
from billwright.workflow.scenarios.plans import read_charge, tiers_of

SHOWN_MAX: Final = 20
TIERED: Final = (PriceModel.GRADUATED, PriceModel.VOLUME)
# What the form asks for beside the common fields; the rest of a price follows the one before.
OWN_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    PriceModel.FLAT: ("unit_price",),
    PriceModel.PER_UNIT: ("unit_price", "per", "included"),
    PriceModel.PACKAGE: ("unit_price", "package_size", "included"),
    PriceModel.GRADUATED: ("tiers", "included"),
    PriceModel.VOLUME: ("tiers", "included"),
    PriceModel.PERCENTAGE: ("percent", "fixed", "record_minimum", "record_maximum", "included"),
    PriceModel.CALL: ("cap",),
}


class PriceForm(ActForm):
    """A price from a day on, for all or for a segment, account or subscription."""

    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    valid_from = DayField(label=_("Holds from"))
    unit_price = AmountField(label=_("Price for one interval"))
    per = AmountField(label=_("Price is for so many units"), required=False)
    package_size = AmountField(label=_("Units in a package"))
    tiers = forms.CharField(
        label=_("Tiers"),
        max_length=4000,
        help_text=_('One a line: {up_to: "100", unit: "0.50", flat: "0"}; the last has no up_to.'),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    percent = AmountField(label=_("Percent"))
    fixed = AmountField(label=_("Fixed part of each record"), required=False)
    record_minimum = AmountField(label=_("At least, each record"), required=False)
    record_maximum = AmountField(label=_("At most, each record"), required=False)
    cap = AmountField(label=_("At most, each call"), required=False)
    included = AmountField(label=_("Included units"), required=False)
    minimum = AmountField(label=_("At least, a period"), required=False)
    maximum = AmountField(label=_("At most, a period"), required=False)
    scope = forms.CharField(
        label=_("Only for"),
        max_length=80,
        required=False,
        help_text=_("Empty: all. Else segment:CODE, account:ID or subscription:ID."),
    )
    confirmed = forms.BooleanField(label=_("Set it although no contract takes it"), required=False)

    def __init__(self, *args: Any, model: str = PriceModel.FLAT, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = OWN_FIELDS[model]
        for name in {name for names in OWN_FIELDS.values() for name in names} - set(asked):
            del self.fields[name]

    def clean_currency(self) -> str:
        """Codes of currencies are upper case."""
        return str(self.cleaned_data["currency"]).upper()


def _price_of(given: dict[str, Any], charge: ChargeRow, known: list[PriceRow]) -> NewPrice:
    """The price that the form states; what it does not ask for follows the price before."""
    scope, currency = given["scope"].strip(), given["currency"]
    before = [price for price in known if price.currency == currency and price.scope in ("", scope)]
    last = max(before, key=lambda price: (price.scope == scope, price.valid_from), default=None)
    new = (
        NewPrice(currency=currency, valid_from=given["valid_from"], scope=scope)
        if last is None
        else followed_by(last, valid_from=given["valid_from"], scope=scope)
    )
    own = [name for name in OWN_FIELDS[charge.model] if name != "tiers"]
    values = {name: given[name] for name in own if given.get(name) is not None}
    values |= {name: given.get(name) for name in ("minimum", "maximum")}
    priced = replace(new, **values)
    return replace(priced, tiers=_tiers(given["tiers"])) if charge.model in TIERED else priced


def _tiers(text: str) -> tuple[TierRow, ...]:
    lines = ", ".join(line.strip().strip(",") for line in text.splitlines() if line.strip())
    try:
        return tiers_of(read_charge(f"tiers: [{lines}]", code="tiers", model="graduated").tiers)
    except Refusal as refusal:
        refusal.field = "tiers"
        raise


def _tier_lines(price: PriceRow | None) -> str:
    def plain(value: Decimal) -> str:
        return f"{value.normalize():f}"

    def line(tier: TierRow) -> str:
        words = [f'up_to: "{plain(tier.up_to)}"'] if tier.up_to is not None else []
        words.append(
            f'unit: "{plain(tier.unit_price)}"' if tier.percent is None else f'percent: "{plain(tier.percent)}"'
        )
        words += [f'flat: "{plain(tier.flat)}"'] if tier.flat else []
        words += [f'package: "{plain(tier.package_size)}"'] if tier.package_size is not None else []
        words += ["all: true"] if tier.is_all else []
        return "{" + ", ".join(words) + "}"

    return "\n".join(line(tier) for tier in price.tiers) if price else ""


def _charge_of(request: HttpRequest, plan_id: int, charge_id: int) -> ChargeRow:
    charge = next((one for one in plan_for(request, plan_id).charges if one.id == charge_id), None)
    if charge is None:
        raise NotFound("charge.not_found", gettext("There is no such charge."))
    return charge


@require_http_methods(["GET", "POST"])
def price_new(request: HttpRequest, plan_id: int, charge_id: int) -> HttpResponse:
    """Set a price, after saying which contracts take it and what they come to."""
    if plan_for(request, plan_id).legal_entity_id is None:
        # Every company sells it, and the contracts of them all are told.
        require_everywhere(request, VIEW)
    charge = _charge_of(request, plan_id, charge_id)
    known = list_prices(charge_id)
    last = max((one for one in known if not one.scope), key=lambda one: one.valid_from, default=None)
    given = request.POST if request.method == "POST" else None
    form = PriceForm(given, initial=_initial(request, last), model=charge.model)
    context: dict[str, Any] = {
        "title": gettext("New price of %(charge)s") % {"charge": charge.name},
        "icon": "tag",
        "reached": None,
    }
    if "preview" in request.POST:
        context |= _preview(form, charge, known)
        if request.headers.get("HX-Target") == "reached":
            return render(request, "web/catalog/reached.html", context)
        return responses.drawer(request, "web/catalog/price.html", {"form": form, **context})
    return act_by_drawer(
        request,
        change_price,
        form=form,
        arguments=lambda given: _arguments(given, charge, known),
        url=reverse("web:plan", args=[plan_id]),
        told=gettext("The price is set."),
        template="web/catalog/price.html",
        context=context,
    )


def _initial(request: HttpRequest, last: PriceRow | None) -> dict[str, Any]:
    first: dict[str, Any] = {"valid_from": today_of(request)}
    if last is None:
        return first
    names = ("currency", "per", "package_size", "percent", "fixed", "included", "minimum", "maximum", "cap")
    return first | {name: getattr(last, name) for name in names} | {"tiers": _tier_lines(last)}


def _arguments(given: dict[str, Any], charge: ChargeRow, known: list[PriceRow]) -> dict[str, Any]:
    price = _price_of(given, charge, known)
    reached = reached_by_price(
        plan_charge_id=charge.id, currency=price.currency, valid_from=price.valid_from, scope=price.scope, limit=1
    )
    if not reached and not given["confirmed"]:
        raise Refusal(
            "price.nobody_reached",
            gettext("No contract takes this price."),
            field="confirmed",
            cure=gettext("Tick the box to set it all the same, for contracts to come."),
        )
    return {"plan_charge_id": charge.id, "price": price}


def _preview(form: PriceForm, charge: ChargeRow, known: list[PriceRow]) -> dict[str, Any]:
    """Whom the price would reach, once the form can be read."""
    if not form.is_valid():
        return {"reached": None}
    try:
        found = preview_price_change(plan_charge_id=charge.id, price=_price_of(form.cleaned_data, charge, known))
    except Refusal as refusal:
        return {"reached": None, "refused": str(refusal)}
    return {"reached": found, "shown": found.contracts[:SHOWN_MAX], "hidden_count": _hidden(found)}


def _hidden(found: PriceChangePreview) -> int:
    return max(len(found.contracts) - SHOWN_MAX, 0)


class CalculatorForm(ActForm):
    """A quantity, and the day whose price holds."""

    quantity = AmountField(label=_("Quantity of a whole period"))
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3)
    on = DayField(label=_("At the price of"))
    scope = forms.CharField(label=_("Price of (empty: all)"), max_length=80, required=False)


@require_http_methods(["GET", "POST"])
def price_calculator(request: HttpRequest, plan_id: int, charge_id: int) -> HttpResponse:
    """What a quantity costs, with its tiers. Writes nothing."""
    require(request, VIEW)
    charge = _charge_of(request, plan_id, charge_id)
    currency = next((price.currency for price in list_prices(charge_id)), "")
    form = bound(CalculatorForm, request, on=today_of(request), currency=currency)
    context: dict[str, Any] = {"title": gettext("Price of %(charge)s") % {"charge": charge.name}, "form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            context["calculated"] = calculate_price(
                plan_charge_id=charge_id,
                currency=given["currency"].upper(),
                on=given["on"],
                quantity=given["quantity"],
                scopes=(given["scope"],) if given["scope"] else (),
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
    return responses.drawer(request, "web/catalog/calculator.html", context, status=422 if form.errors else 200)
