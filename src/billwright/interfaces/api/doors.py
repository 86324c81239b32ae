"""What every call of the API passes: the token, the act, the one transaction, and refusals as problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Protocol, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.errors import HttpError as NinjaHttpError
from ninja.security import HttpBearer

from billwright.access.operations.tokens import TokenHolder, authenticate_token
from billwright.access.queries import Permissions, permissions_of
from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountRow
from billwright.kernel import clock
from billwright.kernel.acts import Act, verb_name
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.refusals import problem, refusal_of
from billwright.org.queries import get_legal_entity

R = TypeVar("R")
E = TypeVar("E", bound="OfEntity")
KEY_HEADER = "Idempotency-Key"
KEY_LENGTH_MAX = 255
PROBLEM_TYPE = "application/problem+json"


class OfEntity(Protocol):
    """A row that belongs to a legal entity."""

    @property
    def legal_entity_id(self) -> int: ...


class BearerToken(HttpBearer):
    """A token of a user, sent as `Authorization: Bearer bw_….…`."""

    def authenticate(self, request: HttpRequest, token: str) -> TokenHolder | None:  # noqa: ARG002 -- ninja's signature
        return authenticate_token(token, at=clock.now())


def holder_of(request: HttpRequest) -> TokenHolder:
    holder: TokenHolder = request.auth  # type: ignore[attr-defined]
    return holder


def permissions(request: HttpRequest) -> Permissions:
    """What the user of the token may do; read once a request."""
    held: Permissions | None = getattr(request, "acting_permissions", None)
    if held is None:
        held = permissions_of(holder_of(request).actor)
        request.acting_permissions = held  # type: ignore[attr-defined]
    return held


def require(request: HttpRequest, code: str, *, legal_entity_id: int | None = None) -> None:
    """Raise NotAllowed unless token and user both hold a right to see (in a legal entity): the first line of a read."""
    holder_of(request).require_scope(code)
    held = permissions(request)
    if not held.allows(code):
        rule = _("Your roles do not include “%(code)s”.") % {"code": code}
        raise NotAllowed("access.no_permission", rule, rule=rule)
    if legal_entity_id is not None and not held.allows_in(code, legal_entity_id):
        rule = _("Your role covers another legal entity, not this one.")
        raise NotAllowed("access.other_entity", rule, rule=rule)


def require_everywhere(request: HttpRequest, code: str) -> None:
    """Raise NotAllowed unless the right is held in all companies: for what belongs to none, or to several."""
    if entities(request, code) is not None:
        rule = _("Your roles cover some companies only, and this concerns all of them.")
        raise NotAllowed("access.other_entity", rule, rule=rule)


def entities(request: HttpRequest, code: str, asked: int | None = None) -> frozenset[int] | None:
    """The legal entities that a list may show: the one asked for, or all in which the right is held (None: all).

    Raises NotAllowed where the right is not held, or not in the entity asked for.
    """
    require(request, code, legal_entity_id=asked)
    return frozenset({asked}) if asked is not None else permissions(request).entities_for(code)


def account_of(request: HttpRequest, code: str, account_id: int) -> AccountRow:
    """A billing account in whose entity a right to see is held. Raises NotFound, NotAllowed."""
    require(request, code)
    account = get_account(account_id)
    require(request, code, legal_entity_id=account.legal_entity_id)
    return account


def permitted(request: HttpRequest, code: str, get: Callable[[int], E], row_id: int) -> E:
    """A row in whose legal entity a right to see is held. Raises NotAllowed, and whatever `get` raises."""
    require(request, code)
    row = get(row_id)
    require(request, code, legal_entity_id=row.legal_entity_id)
    return row


def key_of(request: HttpRequest) -> str:
    """The Idempotency-Key of a POST. Raises Refusal `idempotency.key_missing` or `idempotency.key_too_long`."""
    key = request.headers.get(KEY_HEADER, "").strip()
    if not key:
        raise Refusal(
            "idempotency.key_missing",
            _("Every POST carries a key."),
            field=KEY_HEADER,
            cure=_("Send a new random key with each new request, and the same key with its repeats."),
        )
    if len(key) > KEY_LENGTH_MAX:
        raise Refusal("idempotency.key_too_long", _("The key is longer than 255 characters."), field=KEY_HEADER)
    return key


def act_of(request: HttpRequest, *, reason: str = "") -> Act:
    """The act of a call. A POST or PUT needs its key; a PATCH is guarded by the version it names and may have one."""
    keyed = request.method in ("POST", "PUT") or KEY_HEADER in request.headers
    return Act(actor=holder_of(request).actor, at=clock.now(), reason=reason, key=key_of(request) if keyed else None)


def today_at(request: HttpRequest, legal_entity_id: int) -> date:
    """The civil date of a legal entity at the instant of a call. Raises NotFound."""
    return clock.business_date(act_of(request).at, get_legal_entity(legal_entity_id=legal_entity_id).timezone)


def perform(request: HttpRequest, verb: Callable[..., R], /, *, why: str = "", **arguments: Any) -> R:
    """Run one verb as the user of the token, in one transaction, under the request's Idempotency-Key.

    `why` is the reason of the act; a `reason` among the arguments is the verb's own.
    """
    holder_of(request).require_scope(verb_name(verb))
    act = act_of(request, reason=why)
    with one_transaction():
        return verb(act=act, **arguments)


@contextmanager
def one_transaction() -> Iterator[None]:
    """All or nothing, and what the database refuses is said in words."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def problem_response(document: dict[str, Any], *, request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        json.dumps({**document, "instance": request.path}, default=str),
        status=document["status"],
        content_type=PROBLEM_TYPE,
    )


def plain_problem(code: str, title: str, status: int, **members: Any) -> dict[str, Any]:
    return {"type": f"urn:billwright:{code}", "title": title, "status": status, "code": code, **members}


def answer_in_problems(api: NinjaAPI) -> None:
    """Let every failure of a call leave as a problem document."""

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
        return problem_response(problem(error), request=request)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {"field": ".".join(str(part) for part in one["loc"] if part not in ("body", "query")), "detail": one["msg"]}
            for one in error.errors
        ]
        document = plain_problem("request.invalid", _("The request is not valid."), 422, errors=errors)
        return problem_response(document, request=request)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        document = plain_problem(
            "access.no_token",
            _("No valid token came with the request."),
            401,
            cure=_("Send a header: Authorization: Bearer TOKEN."),
        )
        response = problem_response(document, request=request)
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(NinjaHttpError)
    def failed(request: HttpRequest, error: NinjaHttpError) -> HttpResponse:
        return problem_response(_unread(request, error), request=request)

    @api.exception_handler(MultiPartParserError)
    def torn(request: HttpRequest, error: MultiPartParserError) -> HttpResponse:
        return problem_response(plain_problem("request.malformed", str(error), 400), request=request)

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return problem_response(_too_large(), request=request)


def _too_large() -> dict[str, Any]:
    return plain_problem(
        "request.too_large", _("The body is larger than is taken at once."), 413, cure=_("Send it in several requests.")
    )


def _unread(request: HttpRequest, error: NinjaHttpError) -> dict[str, Any]:
    """Why a body could not be read. JSON is read whatever it calls itself; what is not JSON learns what is."""
    if isinstance(error.__cause__, RequestDataTooBig):
        return _too_large()
    if error.__cause__ is None or error.status_code != 400:
        return plain_problem("request.refused", str(error), error.status_code)
    if request.content_type != "application/json":
        title = _("A body of the type “%(type)s” is not read here.") % {"type": request.content_type}
        return plain_problem("request.media_type", title, 415, cure=_("Send JSON, as application/json."))
    cure = _("Send one JSON object in UTF-8, not nested more deeply than the schema says.")
    return plain_problem("request.malformed", _("The body is not JSON."), 400, cure=cure)
