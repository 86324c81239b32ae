"""What a bill run needs to be there before it reads, as far ahead as any plan is invoiced."""

from __future__ import annotations

from datetime import date, timedelta

from billwright.catalog.queries import longest_ahead_days
from billwright.kernel.acts import Act
from billwright.subscriptions.operations.escalations import extend_escalations
from billwright.subscriptions.operations.grids import extend_grids

# A cut-off at an instant is a day later somewhere, and a period billed on its last day begins the day after.
MARGIN = timedelta(days=3)


def lay_ahead(*, act: Act, as_of: date, legal_entity_id: int | None = None) -> None:
    """Fill calendars, and lay down escalated prices of all entities or of one, for a run of a day.

    A second call adds nothing.
    """
    reach = as_of + timedelta(days=longest_ahead_days())
    extend_grids(until=reach + MARGIN)
    extend_escalations(act=act, as_of=reach, legal_entity_id=legal_entity_id)
