"""Reads of products."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.catalog.models import Product
from billwright.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class ProductRow:
    """Something sold."""

    id: int
    code: str
    name: str
    family: str
    tax_category: str
    tax_classification: str


def product_row(product: Product) -> ProductRow:
    return ProductRow(**{field: getattr(product, field) for field in ProductRow.__dataclass_fields__})


def list_products() -> list[ProductRow]:
    return [product_row(product) for product in Product.objects.order_by("code")]


def get_product(code: str) -> ProductRow:
    """One product. Raises NotFound."""
    product = Product.objects.filter(code=code).first()
    if product is None:
        raise NotFound("product.not_found", _("There is no product %(code)s.") % {"code": code}, field="product")
    return product_row(product)


def products_by_id(ids: Collection[int]) -> dict[int, ProductRow]:
    """Products of the given ids."""
    return {product.pk: product_row(product) for product in Product.objects.filter(id__in=ids)}


def classifications(codes: Collection[str]) -> dict[str, str]:
    """HSN or SAC codes by product code, where the law asks for them."""
    return dict(Product.objects.filter(code__in=codes).values_list("code", "tax_classification"))
