"""Writes of products."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.catalog.models import Product
from billwright.catalog.policies import require_tax_category
from billwright.catalog.queries import ProductRow, product_row
from billwright.catalog.states import TaxCategory
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal


@verb("product.create", subject=lambda arguments, _: f"product:{arguments['code']}")
def create_product(
    *,
    act: Act,
    code: str,
    name: str,
    family: str = "services",
    tax_category: str = TaxCategory.STANDARD,
    tax_classification: str = "",
) -> ProductRow:
    """Add something to sell. `family` decides the revenue account; `tax_classification` is an HSN or SAC code.

    Raises Refusal `product.unnamed`, `tax_category.name`, Conflict `product.exists`.
    """
    require_tax_category(tax_category)
    if not code.strip() or not name.strip():
        raise Refusal("product.unnamed", _("A product has a code and a name."), field="code")
    if Product.objects.filter(code=code).exists():
        raise Conflict("product.exists", _("There already is a product %(code)s.") % {"code": code}, field="code")
    product = Product.objects.create(
        code=code, name=name, family=family, tax_category=tax_category, tax_classification=tax_classification
    )
    note_change(after={"name": name, "family": family, "tax_category": tax_category})
    return product_row(product)
