"""The start page and the switch of the acting legal entity."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from billwright.access.approvals import ApprovalRow, list_approvals
from billwright.access.queries import user_id_of
from billwright.access.states import ApprovalState
from billwright.interfaces.web.acting import actor_of, may
from billwright.interfaces.web.entities import choose_entity, find_acting_entity
from billwright.interfaces.web.home.waiting import waiting_for

REQUESTS_SHOWN = 6


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and what they asked others for."""
    context = {
        "heaps": waiting_for(request),
        "requests": _own_requests(request),
        "has_company": find_acting_entity(request) is not None,
        "may_set_up": may(request, "legal_entity.create"),
    }
    return render(request, "web/home/home.html", context)


def _own_requests(request: HttpRequest) -> list[ApprovalRow]:
    own = user_id_of(actor_of(request))
    states = (ApprovalState.PENDING, ApprovalState.APPROVED)
    return list_approvals(states=states, requested_by=own, count_max=REQUESTS_SHOWN)


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Act for another legal entity from now on, and go back to the page."""
    choose_entity(request, request.POST.get("entity", ""))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(_without_entity(back) if safe and back else reverse("web:home"))


def _without_entity(address: str) -> str:
    """The address names an entity of its own: the choice just made must win over it."""
    path, mark, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("entity=", "cursor="))]
    return path + (mark + "&".join(kept) if kept else "")
