"""What a person owes before anything else, and what may leave the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from billwright.access.backend import note_seen
from billwright.access.operations.oversight import run_export
from billwright.access.operations.second_factor import must_enroll
from billwright.interfaces.web.acting import at_of, perform, permissions
from billwright.interfaces.web.entities import find_acting_entity
from billwright.kernel.errors import NotAllowed
from billwright.ui import responses

Answer = Callable[[HttpRequest], HttpResponse]

# What stays open meanwhile: the pages by which the duty is done, and the way out.
_OPEN: Final = frozenset(
    {"log-out", "profile", "profile-password", "profile-factor", "profile-factor-confirm", "profile-recovery-codes"}
)


class OpenDuties:
    """Leads a person who is logged in to what they owe, and notes that their session is in use."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        del view, args, kwargs
        match = request.resolver_match
        if match is None or "web" not in match.namespaces or not request.user.is_authenticated:
            return None
        note_seen(request, at=at_of(request))
        if match.url_name in _OPEN:
            return None
        if request.user.password_change_due:
            return redirect("web:profile-password")
        if must_enroll(request.user.pk):
            return redirect("web:profile-factor")
        return None


class ExportControl:
    """Lets a list leave the house only with the right for it, and writes down who took which one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        del view, args, kwargs
        match = request.resolver_match
        if match is None or "web" not in match.namespaces or not request.user.is_authenticated:
            return None
        if not request.GET.get("export"):
            return None
        filters = {name: value for name, value in request.GET.items() if name != "export" and value}
        filters |= {name: str(value) for name, value in match.kwargs.items()}
        # Whoever may export in some companies only does so for the one they act for; lists show them no other.
        limited = permissions(request).entities_for("export.run") is not None
        entity = find_acting_entity(request) if limited else None
        try:
            perform(
                request,
                run_export,
                report=match.url_name or "",
                filters=filters,
                legal_entity_id=entity.id if entity else None,
            )
        except NotAllowed as refusal:
            return responses.refused(request, refusal)
        return None
