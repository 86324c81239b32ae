"""Pure decisions of taxes: what may name a category, and what may make a code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

_CATEGORY = re.compile(r"[A-Z][A-Z0-9_]{0,19}")


def require_tax_category(category: str) -> None:
    """Raises Refusal `tax_category.name` for a word that cannot name a tax category."""
    if not _CATEGORY.fullmatch(category):
        raise Refusal(
            "tax_category.name",
            _("A tax category is a word of at most 20 capital letters, digits and underscores."),
            field="tax_category",
            cure=_("Write it like REDUCED or HOTEL_LEVY."),
        )


def require_components(components: Sequence[tuple[str, Decimal]]) -> None:
    """Whether (component, percent) pairs may make a tax code. Raises `tax_rate.out_of_range`, `tax_rate.repeated`."""
    if not components or any(not 0 <= percent < 1000 for _name, percent in components):
        raise Refusal("tax_rate.out_of_range", _("A tax rate is a percentage of at least 0."), field="percent")
    names = [name for name, _percent in components]
    if len(set(names)) < len(names) or any(not 0 < len(name) <= 20 for name in names):
        raise Refusal(
            "tax_rate.repeated",
            _("Every tax of a code has a name of its own, of at most 20 characters."),
            field="component",
        )
