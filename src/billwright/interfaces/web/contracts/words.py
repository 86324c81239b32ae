"""Closed lists of contracts as people read them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.subscriptions.states import ContractKind

KINDS: Final[dict[str, str | Promise]] = {
    ContractKind.CONTRACT: _("Contract"),
    ContractKind.AGREEMENT: _("Agreement"),
    ContractKind.ORDER: _("Service order"),
}
TOPICS: Final[dict[str, str | Promise]] = {
    "price": _("Price"),
    "term": _("Term"),
    "notice": _("Notice"),
    "index": _("Index"),
    "late_payment": _("Late payment"),
    "liability": _("Liability"),
}
PARAMETERS: Final[dict[str, str | Promise]] = {
    "price": _("sets the price"),
    "quantity": _("sets the quantity"),
    "notice_days": _("sets the notice, in days"),
    "term_months": _("sets the term, in months"),
    "pause_percent": _("sets what a pause costs, in percent"),
}
