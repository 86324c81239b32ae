"""Pure decisions of subscriptions: the grid that a charge bills on, and the items that an agreement comes to."""

from billwright.subscriptions.policies.agreements import (
    AgreedChange,
    Agreement,
    ChargeFacts,
    CycleChange,
    OwnDays,
    Phase,
    PlanFacts,
    day_begins,
    phase_on,
    phases_of,
)
from billwright.subscriptions.policies.grids import (
    Anchoring,
    GridKey,
    grid_key,
    grid_on_cycle_day,
    grid_through,
    period_holding,
)
from billwright.subscriptions.policies.items import (
    FULL_SHARE,
    ItemFacts,
    ItemPlan,
    Piece,
    billed_through,
    covering,
    from_day,
)
from billwright.subscriptions.policies.laying import Settlement, Unpriced, lay, rests_on, settle

__all__ = [
    "FULL_SHARE",
    "AgreedChange",
    "Agreement",
    "Anchoring",
    "ChargeFacts",
    "CycleChange",
    "GridKey",
    "ItemFacts",
    "ItemPlan",
    "OwnDays",
    "Phase",
    "Piece",
    "PlanFacts",
    "Settlement",
    "Unpriced",
    "billed_through",
    "covering",
    "day_begins",
    "from_day",
    "grid_key",
    "grid_on_cycle_day",
    "grid_through",
    "lay",
    "period_holding",
    "phase_on",
    "phases_of",
    "rests_on",
    "settle",
]
