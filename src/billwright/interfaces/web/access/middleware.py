"""What a person owes before anything else: a new password, a second factor that their role demands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from billwright.access.backend import note_seen
from billwright.access.operations.second_factor import must_enroll
from billwright.interfaces.web.acting import at_of

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
