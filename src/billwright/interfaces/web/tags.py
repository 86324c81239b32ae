"""States in tables: a word with its tone and its sign, the same wherever rows have a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billwright.ui.tables import Column, Text
from billwright.ui.templatetags.ui_tags import icon

STATE: Final[Text] = _("State")
# The words of each state, its tone and its icon.
Words = Mapping[str, tuple[Any, str, str]]


def tag(state: str, states: Words) -> SafeString:
    """A state as a tag."""
    words, tone, icon_name = states[state]
    return format_html('<span class="tag" data-tone="{}">{}{}</span>', tone, icon(icon_name), words)


def state_column(
    states: Words,
    key: str = "state",
    label: Text = STATE,
    *,
    of: Callable[[Any], str] | None = None,
    url: Callable[[Any], str] | None = None,
    optional: bool = False,
) -> Column:
    """The column of states that rows keep as `key`, or that `of` tells: tags on the page, words in a spreadsheet."""
    state = of or attrgetter(key)
    return Column(
        key,
        label,
        value=lambda row: str(states[state(row)][0]),
        render=lambda row: tag(state(row), states),
        url=url,
        optional=optional,
    )
