"""Products: what is sold, where its revenue goes and how it is taxed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.catalog.operations import create_product
from billwright.catalog.queries import list_products
from billwright.catalog.states import TaxCategory
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.catalog.words import TAX_CATEGORIES
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.invoices.words import words_of
from billwright.ui import tables
from billwright.ui.tables import Column, Table

VIEW = "bill_run.view"

_COLUMNS = [
    Column("code", _("Code"), value=lambda product: product.code),
    Column("name", _("Name"), value=lambda product: product.name),
    Column("family", _("Revenue family"), value=lambda product: product.family, optional=True),
    Column("tax", _("Tax category"), value=lambda product: words_of(TAX_CATEGORIES, product.tax_category)),
    Column("classification", _("HSN or SAC"), value=lambda product: product.tax_classification, optional=True),
]


@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """Every product."""
    require(request, VIEW)
    rows = list_products()
    table = Table(request, columns=_COLUMNS, rows=rows, count=len(rows), label=_("Products"))
    if wants_export(request):
        return tables.export(table, title=gettext("Products"))
    context = {
        "table": table,
        "current": "products",
        "may_create": may(request, "product.create"),
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/catalog/products.html", context)


class CategoryField(forms.CharField):
    """A tax category: one of those that ship, or a word of the company's own."""

    def __init__(self, **options: Any) -> None:
        words = _("STANDARD, REDUCED, ZERO, EXEMPT, NONE (outside the scope), or a category of your own.")
        super().__init__(max_length=20, initial=TaxCategory.STANDARD, help_text=words, **options)

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).upper()


class ProductForm(ActForm):
    """A new product."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    family = forms.SlugField(
        label=_("Revenue family"), max_length=40, help_text=_("Its revenue account is made at the first use.")
    )
    tax_category = CategoryField(label=_("Tax category"))
    tax_classification = forms.CharField(label=_("HSN or SAC"), required=False, max_length=20)


@require_http_methods(["GET", "POST"])
def product_new(request: HttpRequest) -> HttpResponse:
    """Add a product."""
    require(request, VIEW)
    return act_by_drawer(
        request,
        create_product,
        form=bound(ProductForm, request, family="services"),
        arguments=lambda given: {
            "code": given["code"],
            "name": given["name"],
            "family": given["family"],
            "tax_category": given["tax_category"],
            "tax_classification": given["tax_classification"],
        },
        url=reverse("web:catalog-products"),
        told=gettext("The product is added."),
        context={"title": gettext("New product"), "icon": "package", "submit": gettext("Add")},
    )
