"""Pure decisions of the catalog: which price holds on a day, whether a new one may follow, and whether it is sound."""

from billwright.catalog.policies.dated import (
    INTERVAL_COUNT_MAX,
    SCOPES,
    DatedPrice,
    PriceSegment,
    followed_by,
    price_on,
    price_segments,
    require_interval,
    require_later_price,
)
from billwright.catalog.policies.soundness import (
    require_sound_charge,
    require_sound_price,
    require_sound_scope,
    require_sound_terms,
)
from billwright.catalog.policies.taxes import require_components, require_tax_category

__all__ = [
    "INTERVAL_COUNT_MAX",
    "SCOPES",
    "DatedPrice",
    "PriceSegment",
    "followed_by",
    "price_on",
    "price_segments",
    "require_components",
    "require_interval",
    "require_later_price",
    "require_sound_charge",
    "require_sound_price",
    "require_sound_scope",
    "require_sound_terms",
    "require_tax_category",
]
