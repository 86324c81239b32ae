"""Reports that read the whole book: over a large one their page stands at once, and the figures follow."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billwright.interfaces.web.acting import require
from billwright.reporting.size import is_large_book
from billwright.ui import responses, tables
from billwright.ui.tables import Text

RIGHT = "report.view"
View = Callable[[HttpRequest], HttpResponse]


def answers_now(request: HttpRequest) -> bool:
    """Whether whoever asks waits for the figures: a piece of the page, a workbook, or a browser without script."""
    return responses.wants_fragment(request) or tables.wants_export(request) or "whole" in request.GET


def awaited(title: Text, *, right: str = RIGHT) -> Callable[[View], View]:
    """Let a report be asked for by its own page, where the book is so large that it takes its time."""

    def decorate(view: View) -> View:
        @wraps(view)
        def report(request: HttpRequest) -> HttpResponse:
            if answers_now(request) or not is_large_book():
                return view(request)
            require(request, right)
            return render(request, "web/reports/awaited.html", {"title": title})

        return report

    return decorate
