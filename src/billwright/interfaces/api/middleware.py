"""Lets whatever fails outside the operations of the API leave as a problem document too."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from billwright.interfaces.api.doors import PROBLEM_TYPE, plain_problem

PREFIX = "/api/"


class Problems:
    """Turns the pages that the framework answers with (no such address, method, size, error) into problems.

    A client that reads JSON would fall over a page of HTML just when it has to learn what went wrong. The headers stay,
    so a refused method still says which are allowed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path_info.startswith(PREFIX):
            return response
        if "json" in response.headers.get("Content-Type", "") or response.streaming:
            return response
        document = {**_problem_of(response), "instance": request.path}
        response.content = json.dumps(document).encode()
        response.headers["Content-Type"] = PROBLEM_TYPE
        response.headers["Content-Length"] = str(len(response.content))
        return response


def _problem_of(response: HttpResponse) -> dict[str, object]:
    status = response.status_code
    if status == 404:
        return plain_problem(
            "request.no_such_address",
            _("There is nothing at this address."),
            status,
            cure=_("Addresses have no slash at their end; all are in /api/v1/openapi.json."),
        )
    if status == 405:
        allowed = response.headers.get("Allow", "")
        cure = _("Allowed here: %(methods)s.") % {"methods": allowed}
        return plain_problem("request.method_not_allowed", _("This address has no such method."), status, cure=cure)
    if status >= 500:
        return plain_problem(
            "server.error",
            _("The server failed. This is a fault of ours, not of the request."),
            status,
            cure=_("Repeat it with the same Idempotency-Key: what was done already is not done again."),
        )
    return plain_problem("request.refused", _("The request cannot be read."), status)
