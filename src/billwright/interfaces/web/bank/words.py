"""How states of the bank inbox are called and coloured."""

from __future__ import annotations

from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billwright.payments.states import BankEntryState, BankFileState
from billwright.ui.templatetags.ui_tags import icon

ENTRY_STATES: Final[dict[str, tuple[Any, str, str]]] = {
    BankEntryState.NEW: (_("New"), "warn", "hourglass"),
    BankEntryState.RECEIVED: (_("Receipt"), "good", "check"),
    BankEntryState.HANDLED: (_("Dealt with"), "good", "check"),
    BankEntryState.IGNORED: (_("Left out"), "neutral", "minus"),
}
FILE_STATES: Final[dict[str, tuple[Any, str, str]]] = {
    BankFileState.TAKEN: (_("Taken"), "good", "circle-check"),
    BankFileState.QUARANTINED: (_("Set aside"), "bad", "octagon-x"),
}


def tag(state: str, states: dict[str, tuple[Any, str, str]]) -> SafeString:
    """A state as a tag."""
    words, tone, icon_name = states[state]
    return format_html('<span class="tag" data-tone="{}">{}{}</span>', tone, icon(icon_name), words)
