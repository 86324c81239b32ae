"""Moves of mandates and stored methods: put aside, taken into use again, ended, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ReasonForm, bound
from billwright.ui.tables import Text

# The verb of each move by its name in the address, and what the drawer calls it.
Moves = Mapping[str, tuple[Callable[..., Any], Text]]


def move_by_drawer(
    request: HttpRequest, moves: Moves, name: str, *, of: Mapping[str, int], url: str, icon: str
) -> HttpResponse:
    """Ask why, and carry out one of the moves on what `of` names."""
    verb, words = moves[name]
    return act_by_drawer(
        request,
        verb,
        form=bound(ReasonForm, request),
        arguments=lambda _given: of,
        url=url,
        told=_("Done."),
        context={"title": str(words), "icon": icon, "submit": _("Do it")},
    )
