"""The words of imports: kinds of file, states, and our fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.files.states import ImportKind, ImportState
from billwright.kernel.errors import NotFound
from billwright.ui import formats

Words = str | Promise

KINDS: Final[dict[ImportKind, Words]] = {
    ImportKind.CUSTOMERS: _("Customers and their accounts"),
    ImportKind.INVOICES: _("Invoices, with what was paid on them"),
    ImportKind.PAYMENTS: _("Payments"),
    ImportKind.SUBSCRIPTIONS: _("Subscriptions"),
}
STATES: Final[dict[str, tuple[Words, str, str]]] = {
    ImportState.UPLOADED: (_("Uploaded"), "neutral", "file"),
    ImportState.CHECKED: (_("Checked"), "neutral", "file-check"),
    ImportState.RUNNING: (_("Running"), "accent", "loader"),
    ImportState.TIED_OUT: (_("Ties out"), "good", "circle-check"),
    ImportState.DIFFERS: (_("Differs"), "warn", "circle-alert"),
    ImportState.FAILED: (_("Failed"), "bad", "octagon-x"),
}
PARTS: Final[dict[str, Words]] = {
    "customer": _("Customer"),
    "account": _("Billing account"),
    "contact": _("Contact"),
    "address": _("Address"),
    "": _("This row"),
}


MEASURES: Final[dict[str, Words]] = {
    "count": _("Rows"),
    "total": _("Totals"),
    "settled": _("Settled"),
    "open": _("Still open"),
    "amount": _("Amounts"),
    "price": _("Prices"),
}


def tie_out_shown(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a tie-out in words, each with the tone of its difference."""
    shown = []
    for line in lines:
        equal = Decimal(line["difference"]) == 0
        figures = {name: in_figures(line[name]) for name in ("theirs", "ours", "difference")}
        shown.append(
            {
                "currency": line["currency"],
                **figures,
                "measure": MEASURES.get(line["measure"], line["measure"].replace("_", " ")),
                "tone": "good" if equal else "bad",
                "icon": "circle-check" if equal else "circle-alert",
            }
        )
    return shown


def in_figures(text: str) -> str:
    """A figure of the tie-out in the reader's grouping, with the places that it has."""
    value = Decimal(text)
    places = -int(value.as_tuple().exponent)
    return formats.reader().number(value, places_min=max(places, 0))


def kind_of(slug: str) -> ImportKind:
    """The kind of an address. Raises NotFound `import.unknown_kind`."""
    try:
        return ImportKind(slug.upper())
    except ValueError as error:
        raise NotFound("import.unknown_kind", str(_("There is no such kind of file."))) from error
