"""What stands round every page of the workspace: log-in, the person's language and zone, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotAllowed, NotFound, Refusal
from billwright.kernel.refusals import refusal_of
from billwright.ui import responses

Answer = Callable[[HttpRequest], HttpResponse]
NAMESPACE = "web"
NUMBER_MAX = 2**63 - 1


def is_page(request: HttpRequest) -> bool:
    """Whether the address belongs to the workspace: the API and the health checks answer for themselves."""
    return request.resolver_match is not None and NAMESPACE in request.resolver_match.namespaces


class PersonsLanguage:
    """Writes the pages in the language and the time zone of the person who is logged in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        known = dict(settings.LANGUAGES)
        language = user.language if user.language in known else settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(ZoneInfo(user.timezone)):
            return self.get_response(request)


class Workspace:
    """Asks for the log-in before every page, unless the view says otherwise, and shows refusals in words."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send whoever is not logged in to the log-in page. `login_not_required` opens a view to everybody."""
        del args
        if is_page(request) and any(is_huge(value) for value in kwargs.values()):
            return responses.refused(request, NotFound("page.not_found", _("There is no such page.")))
        if is_page(request) and has_nul(request):
            words = _("A text holds a character that no keyboard has.")
            return responses.refused(request, Refusal("text.nul", words, cure=_("Type it anew.")))
        if not is_page(request) or request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        return to_log_in(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A Refusal that a view let through is shown as one, and what the database has no room for is one.

        Anything else is a bug and is treated as such.
        """
        told = refusal_of(exception) if isinstance(exception, DatabaseError) else exception
        if not is_page(request) or not isinstance(told, Refusal):
            return None
        exception = told
        if isinstance(exception, NotAllowed) and exception.code == "access.not_logged_in":
            return to_log_in(request)
        return responses.refused(request, exception, back_url=came_from(request))


def is_huge(value: object) -> bool:
    """Whether a number of an address is beyond what any row can have."""
    return str(value).isdecimal() and int(str(value)) > NUMBER_MAX


def has_nul(request: HttpRequest) -> bool:
    """Whether a value has the one character that PostgreSQL keeps in no text."""
    sent = (request.GET, request.POST) if request.method == "POST" else (request.GET,)
    return any("\0" in value for values in sent for _name, found in values.lists() for value in found)


def came_from(request: HttpRequest) -> str:
    """The page of ours that led here, or empty."""
    referrer = request.headers.get("Referer", "")
    return referrer if url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}) else ""


def to_log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page, which leads back here; a swap becomes a whole page."""
    back = request.get_full_path() if request.method == "GET" else came_from(request)
    address = f"{settings.LOGIN_URL}?{urlencode({'next': back})}"
    if not responses.wants_fragment(request):
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer
