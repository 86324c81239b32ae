"""Revenue that is billed ahead of its service: deferred with its document, recognized month by month.

Set-based: a run reads the deferred lines of an entity, spreads each over its days, posts what its month brings by one
entry a product family, and keeps a row a line. What is credited is taken out of what lies ahead. Nothing is recognized
twice: what is due is always what should be recognized by a day less what was.
"""

from billwright.workflow.revenue_recognition.recognizing import (
    FamilyAmount,
    Recognition,
    recognize_revenue,
    reverse_recognition,
)
from billwright.workflow.revenue_recognition.waterfall import (
    LINES_SHOWN_MAX,
    DeferredLine,
    MonthAmount,
    Waterfall,
    WaterfallRow,
    assert_deferred_revenue_ties,
    deferred_lines,
    unrecognized,
    waterfall,
)

__all__ = [
    "LINES_SHOWN_MAX",
    "DeferredLine",
    "FamilyAmount",
    "MonthAmount",
    "Recognition",
    "Waterfall",
    "WaterfallRow",
    "assert_deferred_revenue_ties",
    "deferred_lines",
    "recognize_revenue",
    "reverse_recognition",
    "unrecognized",
    "waterfall",
]
