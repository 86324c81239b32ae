"""Taxes: codes with dated rates, and which code each company charges for what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.catalog.operations import NewTaxComponent, create_tax_code, set_tax_rule
from billwright.catalog.queries import list_tax_codes, list_tax_rates, list_tax_rules
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.catalog.plans import today_of
from billwright.interfaces.web.catalog.products import VIEW, CategoryField
from billwright.interfaces.web.catalog.words import TAX_CATEGORIES, TAX_TREATMENTS
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import acting_entity, entities_of, may_in
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.interfaces.web.invoices.words import words_of
from billwright.org.states import TaxTreatment
from billwright.ui import tables
from billwright.ui.tables import Column, Table

_COLUMNS = [
    Column("code", _("Code"), value=lambda rate: rate.code),
    Column("name", _("Name"), value=lambda rate: rate.name, wrap=True),
    Column("country", _("Country"), value=lambda rate: rate.country, optional=True),
    Column("component", _("Component"), value=lambda rate: rate.component),
    Column("valid_from", _("Holds from"), kind="date", value=lambda rate: rate.valid_from),
    Column("percent", _("Percent"), kind="number", value=lambda rate: rate.percent),
    Column(
        "withheld",
        _("Withheld"),
        value=lambda rate: gettext("Taken off what is paid") if rate.withheld else "",
        optional=True,
    ),
    Column("source", _("Source"), value=lambda rate: rate.source, wrap=True, optional=True),
]


@require_GET
def taxes(request: HttpRequest) -> HttpResponse:
    """Codes and rates, and the rules of the acting company."""
    require(request, VIEW)
    entity = acting_entity(request)
    rates = list_tax_rates()
    table = Table(
        request, columns=_COLUMNS, rows=rates, count=len(rates), label=_("Tax rates"), row_id=lambda r: r.code
    )
    if wants_export(request):
        return tables.export(table, title=gettext("Tax rates"))
    rules = [
        (words_of(TAX_CATEGORIES, rule.tax_category), words_of(TAX_TREATMENTS, rule.tax_treatment), rule)
        for rule in list_tax_rules(entity.id)
    ]
    context = {
        "table": table,
        "rules": rules,
        "entity": entity,
        "entities": entities_of(request),
        "current": "taxes",
        "may_code": may(request, "tax_code.create"),
        "may_rule": may_in(request, "tax_rule.set", entity.id),
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/catalog/taxes.html", context)


class TaxCodeForm(ActForm):
    """A tax code with its rate from a day on."""

    code = forms.CharField(label=_("Code"), max_length=20)
    country = forms.CharField(label=_("Country"), min_length=2, max_length=2, help_text=_("Two letters, such as ZA."))
    name = forms.CharField(label=_("Name"), max_length=80)
    component = forms.CharField(label=_("Component"), max_length=20)
    percent = AmountField(label=_("Percent"))
    withheld = forms.BooleanField(label=_("Withheld: taken off what the customer pays"), required=False)
    valid_from = DayField(label=_("Holds from"))
    reason_printed = forms.CharField(label=_("Reason, printed where no tax is charged"), required=False, max_length=200)


@require_http_methods(["GET", "POST"])
def tax_code_new(request: HttpRequest) -> HttpResponse:
    """Add a tax code beside those that ship."""
    require(request, VIEW)
    return act_by_drawer(
        request,
        create_tax_code,
        form=bound(TaxCodeForm, request, component="VAT", valid_from=today_of(request)),
        arguments=lambda given: {
            "code": given["code"],
            "country": given["country"].upper(),
            "name": given["name"],
            "components": (NewTaxComponent(given["component"], given["percent"], given["withheld"]),),
            "valid_from": given["valid_from"],
            "reason": given["reason_printed"],
        },
        url=reverse("web:catalog-taxes"),
        told=gettext("The tax code is added."),
        context={
            "title": gettext("New tax code"),
            "icon": "percent",
            "submit": gettext("Add"),
            "follows": [("scale", gettext("It is charged once a rule of a company names it"))],
        },
    )


class TaxRuleForm(ActForm):
    """Which code a company charges for what, from a day on."""

    tax_category = CategoryField(label=_("Products of category"))
    tax_treatment = forms.ChoiceField(label=_("Accounts treated as"), choices=list(TAX_TREATMENTS.items()))
    tax_code = forms.ChoiceField(label=_("Tax code"), required=False)
    valid_from = DayField(label=_("Holds from"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: forms.ChoiceField = self.fields["tax_code"]  # type: ignore[assignment]
        field.choices = [("", _("No tax")), *((code.code, f"{code.code} · {code.name}") for code in list_tax_codes())]


@require_http_methods(["GET", "POST"])
def tax_rule_new(request: HttpRequest) -> HttpResponse:
    """Let the acting company charge a code from a day on."""
    require(request, VIEW)
    entity = acting_entity(request)
    return act_by_drawer(
        request,
        set_tax_rule,
        form=bound(TaxRuleForm, request, valid_from=today_of(request)),
        arguments=lambda given: {
            "legal_entity_id": entity.id,
            "tax_category": given["tax_category"],
            "tax_treatment": TaxTreatment(given["tax_treatment"]),
            "valid_from": given["valid_from"],
            "tax_code": given["tax_code"] or None,
        },
        url=f"{reverse('web:catalog-taxes')}?entity={entity.code}",
        told=gettext("The rule is set."),
        context={
            "title": gettext("Tax rule of %(company)s") % {"company": entity.name},
            "icon": "scale",
            "submit": gettext("Set the rule"),
            "follows": [("calendar", gettext("Documents whose tax point lies on that day or later follow it"))],
        },
    )
