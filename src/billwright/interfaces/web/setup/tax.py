"""The tax of the company: what the shipped pack of its country lays down."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.catalog.operations import apply_tax_pack
from billwright.catalog.queries import list_tax_rules
from billwright.catalog.states import TaxCategory
from billwright.catalog.tax_packs import NO_TAX, shipped_packs
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.setup.forms import TaxPackForm, countries
from billwright.interfaces.web.setup.steps import entity_of, form_drawer, step_page
from billwright.kernel.errors import Refusal
from billwright.org.states import TaxTreatment
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, Table

CATEGORIES: Final = {
    TaxCategory.STANDARD: _("Standard"),
    TaxCategory.REDUCED: _("Reduced"),
    TaxCategory.ZERO: _("Zero"),
    TaxCategory.EXEMPT: _("Exempt"),
    TaxCategory.NONE: _("Outside the scope"),
}
TREATMENTS: Final = {
    TaxTreatment.DOMESTIC: _("In the country"),
    TaxTreatment.INTRA_STATE: _("In the same state"),
    TaxTreatment.INTER_STATE: _("In another state"),
    TaxTreatment.REVERSE_CHARGE: _("Reverse charge"),
    TaxTreatment.EXPORT: _("Export"),
    TaxTreatment.EXEMPT: _("Exempt customer"),
}

_COLUMNS = [
    Column("category", _("Product"), value=lambda rule: CATEGORIES.get(rule.tax_category, rule.tax_category)),
    Column("treatment", _("Sold"), value=lambda rule: TREATMENTS.get(rule.tax_treatment, rule.tax_treatment)),
    Column("name", _("Tax"), value=lambda rule: rule.tax.name or _("No tax")),
    Column("code", _("Code"), value=lambda rule: rule.tax.code, optional=True),
    Column("percent", _("Rate"), kind="percent", value=lambda rule: rule.tax.percent / 100 if rule.tax.code else None),
    Column("valid_from", _("Since"), kind="date", value=lambda rule: rule.valid_from, optional=True),
]


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Which tax is charged for what."""
    entity = entity_of(request, code)
    table = Table(request, columns=_COLUMNS, rows=list_tax_rules(entity.id), label=_("Tax"))
    if tables.wants_export(request):
        return tables.export(table, title=f"{entity.code} tax")
    return step_page(request, entity, "tax", verb="tax_pack.apply", context={"table": table})


def packs() -> list[tuple[str, str]]:
    """The packs that are shipped, by the name of their country."""
    names = {code: str(name) for code, name in countries()} | {NO_TAX: str(_("No tax is charged"))}
    return [(pack, names.get(pack, pack)) for pack in shipped_packs()]


@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Apply a pack; again it adds only what is new."""
    entity = entity_of(request, code, right="tax_pack.apply")
    shipped = packs()
    form = bound(TaxPackForm, request, country=entity.country if entity.country in dict(shipped) else NO_TAX)
    field: forms.ChoiceField = form.fields["country"]  # type: ignore[assignment]
    field.choices = shipped
    if request.method == "POST" and form.is_valid():
        try:
            perform(request, apply_tax_pack, legal_entity_id=entity.id, country=form.cleaned_data["country"])
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The tax pack is in force."))
            return responses.done(request, reverse("web:setup-tax", args=[code]))
    follows = (
        _("The company gets the tax codes, their rates from their days on, and the rules that choose among them."),
        _("What is there already stays; applying it again adds what a newer release ships."),
    )
    title = _("Apply a tax pack")
    return form_drawer(request, form, title=title, icon="percent", submit=_("Apply"), follows=follows)
