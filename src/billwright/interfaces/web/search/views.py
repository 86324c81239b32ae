"""The search page and its suggestions under the box."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billwright.interfaces.web.search.sources import found

SUGGESTED_OF_A_KIND = 6
FOUND_OF_A_KIND = 50


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """The first hits of each kind, for the list under the box."""
    text = request.GET.get("q", "").strip()[:200]
    groups = found(request, text, limit=SUGGESTED_OF_A_KIND)
    return render(request, "ui/search_results.html", {"groups": groups, "text": text})


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """All hits; the only hit is opened at once, for a number typed or scanned means that one thing."""
    text = request.GET.get("q", "").strip()[:200]
    groups = found(request, text, limit=FOUND_OF_A_KIND)
    hits = [hit for group in groups for hit in group.hits]
    if len(hits) == 1 and hits[0].url:
        return HttpResponseRedirect(hits[0].url)
    return render(request, "web/search/search.html", {"groups": groups, "search_text": text, "text": text})
