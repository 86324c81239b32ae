"""Who acts when a page is asked, and the one transaction in which it happens.

ATOMIC_REQUESTS is off on purpose: a view that catches a Refusal to show it beside the form would then commit what the
refused verb had already written. `perform` opens the transaction round the verb, so a Refusal that leaves it has
rolled back, and the view may catch it. Reads need no transaction. One request calls `perform` at most once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from billwright.access.matrix import MATRIX
from billwright.access.queries import Permissions, permissions_of
from billwright.access.states import ROLE_LABELS
from billwright.interfaces.web import asking
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.errors import NotAllowed
from billwright.kernel.refusals import refusal_of
from billwright.kernel.states import IllegalTransition

R = TypeVar("R")

# The hidden field by which a form that is sent twice does its act once.
KEY_FIELD = "act_key"


def at_of(request: HttpRequest) -> datetime:
    """The instant of the request, read from the clock once."""
    at: datetime | None = getattr(request, "acting_at", None)
    if at is None:
        at = clock.now()
        request.acting_at = at  # type: ignore[attr-defined]
    return at


def actor_of(request: HttpRequest) -> str:
    """The actor key of the person who is logged in. Raises NotAllowed `access.not_logged_in`."""
    if not request.user.is_authenticated:
        raise NotAllowed("access.not_logged_in", "Log in first.", rule="Only a person who is logged in may act.")
    return request.user.actor


def act_of(request: HttpRequest, reason: str = "", key: str | None = None) -> Act:
    """The act of this request: who, when, why, and the key of its form when it carries one."""
    return Act(
        actor=actor_of(request),
        at=at_of(request),
        reason=reason,
        key=key or request.POST.get(KEY_FIELD) or None,
    )


def perform(
    request: HttpRequest, verb: Callable[..., R], /, *, reason: str = "", key: str | None = None, **arguments: Any
) -> R:
    """Run one verb as the person of the request, in one transaction. A Refusal has changed nothing."""
    return perform_with(request, verb, arguments, reason=reason, key=key)


def perform_with(
    request: HttpRequest,
    verb: Callable[..., R],
    arguments: Mapping[str, Any],
    *,
    reason: str = "",
    key: str | None = None,
) -> R:
    """As `perform`, for verbs that have an argument named `reason` of their own."""
    try:
        with in_words(), transaction.atomic():
            return verb(act=act_of(request, reason, key), **arguments)
    except NotAllowed as not_allowed:
        not_allowed.ask_url = asking.address_for(verb, not_allowed, dict(arguments))
        raise
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def look_ahead(request: HttpRequest, preview: Callable[..., R], /, *, reason: str = "", **arguments: Any) -> R:
    """What an act would come to, which writes nothing and must not use up the key of the act's form."""
    with in_words():
        return preview(act=act_of(request, reason).nested(), **arguments)


@contextmanager
def in_words() -> Iterator[None]:
    """Let a move that a state does not allow be refused in the words of the pages."""
    try:
        yield
    except IllegalTransition as illegal:
        # The areas that the words come from act through this module.
        from billwright.interfaces.web.state_words import say_in_words

        say_in_words(illegal)
        raise


def permissions(request: HttpRequest) -> Permissions:
    """What the person of the request may do; read once a request."""
    held: Permissions | None = getattr(request, "acting_permissions", None)
    if held is None:
        held = permissions_of(actor_of(request))
        request.acting_permissions = held  # type: ignore[attr-defined]
    return held


def may(request: HttpRequest, code: str) -> bool:
    """Whether the person may see or do something in any legal entity; for what a page shows or hides."""
    return request.user.is_authenticated and permissions(request).allows(code)


def require(request: HttpRequest, code: str) -> None:
    """Raise NotAllowed unless the person holds a right to see; the first line of every view that only reads."""
    if not may(request, code):
        roles = tuple(str(ROLE_LABELS[role]) for role in MATRIX[code].roles())
        rule = f"None of your roles may see this; it belongs to: {', '.join(roles)}."
        raise NotAllowed("access.no_permission", rule, rule=rule, who_may=roles)


def require_everywhere(request: HttpRequest, code: str) -> None:
    """Raise NotAllowed unless the right is held in all companies: for what belongs to none, or to several."""
    require(request, code)
    if permissions(request).entities_for(code) is not None:
        rule = _("Your roles cover some companies only, and this concerns all of them.")
        raise NotAllowed("access.other_entity", rule, rule=rule)
