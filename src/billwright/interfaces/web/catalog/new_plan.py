"""A new plan with its charges and first prices, on one form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from billwright.catalog.operations import NewCharge, create_plan
from billwright.catalog.queries import list_products
from billwright.catalog.states import IntervalUnit, PriceModel, Timing
from billwright.interfaces.web.acting import perform, require
from billwright.interfaces.web.catalog.plans import today_of
from billwright.interfaces.web.catalog.words import MODELS, TIMINGS, UNITS
from billwright.interfaces.web.entities import entities_of
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.ui import responses, toasts
from billwright.workflow.scenarios.plans import new_charge, read_charge

CHARGES_MAX: Final = 4
DETAILS_EXAMPLE: Final = 'tiers: [{up_to: "100", unit: "0.50"}, {unit: "0.30"}]'
PRICED = {PriceModel.FLAT, PriceModel.PER_UNIT, PriceModel.PACKAGE, ""}


class PlanForm(ActForm):
    """The head of a plan, and from when on its prices hold."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(label=_("Description"), required=False, max_length=500)
    legal_entity_id = forms.TypedChoiceField(label=_("Company"), required=False, coerce=int, empty_value=None)
    currency = forms.CharField(label=_("Currency of the prices"), max_length=3, min_length=3)
    valid_from = DayField(label=_("Prices hold from"))

    def clean_currency(self) -> str:
        """Codes of currencies are upper case."""
        return str(self.cleaned_data["currency"]).upper()


class ChargeForm(forms.Form):
    """One charge; a row without a code is left out."""

    use_required_attribute = False

    code = forms.SlugField(label=_("Code"), required=False, max_length=40)
    name = forms.CharField(label=_("Name, as printed"), required=False, max_length=120)
    product = forms.ChoiceField(label=_("Product"), required=False)
    model = forms.ChoiceField(label=_("Price model"), choices=list(MODELS.items()), required=False)
    interval_count = forms.IntegerField(label=_("Every"), required=False, min_value=1, max_value=120)
    interval_unit = forms.ChoiceField(label=_("Unit"), choices=list(UNITS.items()), required=False)
    timing = forms.ChoiceField(label=_("Billed"), choices=list(TIMINGS.items()), required=False)
    unit_price = AmountField(label=_("Price"), required=False)
    meter = forms.SlugField(label=_("Meter"), required=False, max_length=40)
    details = forms.CharField(
        label=_("More, such as tiers"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 24, "placeholder": DETAILS_EXAMPLE}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A charge has a code, a name, a product and a price, or nothing at all."""
        given = super().clean() or {}
        if not self.is_filled:
            return given
        needed = ("code", "name", "product", *(("unit_price",) if given.get("model") in PRICED else ()))
        for name in needed:
            if given.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, gettext("A charge needs this."))
        return given

    @property
    def is_filled(self) -> bool:
        """Whether anything that makes a charge was written."""
        given = self.cleaned_data
        return bool(given.get("code") or given.get("name") or given.get("unit_price") is not None)

    def charge(self, *, currency: str, valid_from: date) -> NewCharge:
        """The charge as the verb takes it. Raises Refusal `charge.unreadable`."""
        given = self.cleaned_data
        model = PriceModel(given["model"] or PriceModel.FLAT)
        price = {} if given["unit_price"] is None else {"price": f"{given['unit_price']:f}"}
        read = read_charge(given["details"], code=given["code"], model=model.lower(), meter=given["meter"], **price)
        charge = new_charge(read, product=given["product"], currencies=[currency], beginning=valid_from)
        return replace(
            charge,
            name=given["name"],
            interval_unit=IntervalUnit(given["interval_unit"] or IntervalUnit.MONTH),
            interval_count=given["interval_count"] or 1,
            timing=Timing(given["timing"] or Timing.ADVANCE),
        )


@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    """Add a plan."""
    require(request, "plan.create")
    form = _form(request)
    charges = _charges(request)
    # Both are asked, so that every mistake is shown at once.
    valid = [form.is_valid(), *(charge.is_valid() for charge in charges)] if request.method == "POST" else [False]
    if all(valid):
        try:
            plan = perform(request, create_plan, **_arguments(form.cleaned_data, charges))
        except NotAllowed:
            raise
        except Refusal as refusal:
            _refuse(form, charges, refusal)
        else:
            toasts.toast(request, gettext("The plan is on sale."))
            return responses.done(request, reverse("web:plan", args=[plan.id]))
    wrong = form.errors or any(charge.is_bound and charge.errors for charge in charges)
    context = {"form": form, "charges": charges}
    return responses.drawer(request, "web/catalog/new_plan.html", context, status=422 if wrong else 200)


def _form(request: HttpRequest) -> PlanForm:
    entities = entities_of(request)
    currency = entities[0].base_currency if entities else ""
    form = bound(PlanForm, request, valid_from=today_of(request).replace(day=1), currency=currency)
    field: forms.TypedChoiceField = form.fields["legal_entity_id"]  # type: ignore[assignment]
    field.choices = [("", _("All companies")), *((one.id, one.name) for one in entities)]
    return form


def _charges(request: HttpRequest) -> list[ChargeForm]:
    choices = [("", "–"), *((product.code, product.name) for product in list_products())]
    found = []
    for number in range(CHARGES_MAX):
        first = {"interval_count": 1}
        charge = ChargeForm(
            request.POST if request.method == "POST" else None, prefix=f"charge-{number}", initial=first
        )
        field: forms.ChoiceField = charge.fields["product"]  # type: ignore[assignment]
        field.choices = choices
        found.append(charge)
    return found


def _arguments(given: dict[str, Any], charges: list[ChargeForm]) -> dict[str, Any]:
    filled = [charge for charge in charges if charge.is_filled]
    return {
        "code": given["code"],
        "name": given["name"],
        "description": given["description"],
        "legal_entity_id": given["legal_entity_id"],
        "charges": tuple(_charge(charge, given, row) for row, charge in enumerate(filled, start=1)),
    }


def _charge(charge: ChargeForm, given: dict[str, Any], row: int) -> NewCharge:
    try:
        return charge.charge(currency=given["currency"], valid_from=given["valid_from"])
    except Refusal as refusal:
        refusal.row = row
        raise


def _refuse(form: PlanForm, charges: list[ChargeForm], refusal: Refusal) -> None:
    """Put a refusal on the charge it names, else on its field, else above the form."""
    filled = [charge for charge in charges if charge.is_filled]
    if refusal.row is not None and 0 < refusal.row <= len(filled):
        words = " ".join(part for part in (refusal.message, refusal.cure) if part)
        charge = filled[refusal.row - 1]
        charge.add_error(refusal.field if refusal.field in charge.fields else "code", words)
        return
    responses.refuse_on_form(form, refusal)
