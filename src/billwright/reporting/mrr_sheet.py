"""Monthly recurring revenue as a workbook: the movements, and who made those of the last month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from billwright.render.xlsx import Sheet, write_workbook
from billwright.reporting.mrr import MrrMonth, MrrUnit


def mrr_workbook(months: Sequence[MrrMonth], units: Sequence[MrrUnit], *, codes: Mapping[int, str]) -> bytes:
    """Two sheets with real numbers. `codes` name the legal entities."""
    moves = (_("New"), _("Expansion"), _("Contraction"), _("Churn"), _("Reactivation"))
    movements = Sheet(
        title=_("Movements"),
        columns=[
            (_("Entity"), "text"), (_("Currency"), "text"), (_("Month"), "date"), (_("Opening"), "money"),
            *((move, "money") for move in moves), (_("Closing"), "money"), (_("Count"), "integer"),
            (_("Churned"), "integer"),
        ],
        rows=[
            (
                codes.get(one.legal_entity_id, ""), one.currency, one.month, one.opening, one.new, one.expansion,
                one.contraction, one.churn, one.reactivation, one.closing, one.unit_count, one.churned_count,
            )
            for one in months
        ],
    )  # fmt: skip
    last = Sheet(
        title=_("Last month"),
        columns=[
            (_("Entity"), "text"), (_("Account"), "text"), (_("Name"), "text"), (_("Movement"), "text"),
            (_("Currency"), "text"), (_("Opening"), "money"), (_("Change"), "money"), (_("Closing"), "money"),
        ],
        rows=[
            (
                codes.get(one.legal_entity_id, ""), one.account_number, one.name, one.movement, one.closing.currency,
                one.opening, one.change, one.closing,
            )
            for one in units
        ],
    )  # fmt: skip
    return write_workbook([movements, last])
