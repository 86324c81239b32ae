"""Short notices after an act, kept in Django's messages so that they survive a redirect; with Undo where one exists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

_LEVEL_BY_TONE = {
    "good": messages.SUCCESS,
    "accent": messages.INFO,
    "warn": messages.WARNING,
    "bad": messages.ERROR,
}
_TONE_BY_LEVEL = {level: tone for tone, level in _LEVEL_BY_TONE.items()}


@dataclass(frozen=True, slots=True)
class Toast:
    """One notice; `undo_url` takes a POST that runs the inverse act."""

    text: str
    tone: str
    undo_url: str = ""


def toast(request: HttpRequest, text: str | Promise, *, tone: str = "good", undo_url: str = "") -> None:
    """Say something once, on the next page or fragment this person gets."""
    tags = json.dumps({"undo": undo_url}) if undo_url else ""
    messages.add_message(request, _LEVEL_BY_TONE[tone], str(text), extra_tags=tags)


def waiting(request: HttpRequest) -> Iterator[Toast]:
    """The notices not yet shown; reading them takes them."""
    for message in messages.get_messages(request):
        yield Toast(str(message.message), _TONE_BY_LEVEL.get(message.level, "accent"), _undo_url(message.extra_tags))


def _undo_url(tags: str | None) -> str:
    """Other apps may set tags of their own: what is not ours is ignored."""
    try:
        held = json.loads(tags or "")
    except ValueError:
        return ""
    return str(held.get("undo", "")) if isinstance(held, dict) else ""
