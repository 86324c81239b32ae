"""What every page of the workspace knows: the shell, and the request's one reading of the clock."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from billwright.interfaces.web.acting import at_of
from billwright.interfaces.web.entities import entities_of, find_acting_entity
from billwright.ui.shell import EntityChoice, Shell


def workspace(request: HttpRequest) -> dict[str, Any]:
    """`shell` and `now` for a person who is logged in; only `now` for others."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"now": at_of(request)}
    return {"now": at_of(request), "shell": _shell(request, str(user))}


def _shell(request: HttpRequest, person_name: str) -> Shell:
    acting = find_acting_entity(request)
    entities = entities_of(request)
    choices = tuple(EntityChoice(entity.code, entity.name, entity == acting) for entity in entities)
    return Shell(
        person_name=person_name,
        home_url=reverse("web:home"),
        search_url=reverse("web:search"),
        suggest_url=reverse("web:search-suggest"),
        entity_name=acting.name if acting else "",
        entities=choices if len(choices) > 1 else (),
        switch_entity_url=reverse("web:act-for"),
        profile_url=address_of("web:profile"),
        log_out_url=address_of("web:log-out"),
        is_invented=any("(invented)" in entity.name for entity in entities),
    )


def address_of(name: str, *args: object) -> str:
    """The address of a page, empty while it is not mounted: the control that leads there is hidden then."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
