"""The legal entity a person acts for: chosen in the top bar, kept in the session, overruled by the address.

Lists and reports of books take `?entity=CODE`, so that a link shows the same to everybody who may see it.
"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from billwright.access.matrix import MATRIX
from billwright.access.states import ROLE_LABELS
from billwright.interfaces.web.acting import at_of, permissions
from billwright.kernel.clock import business_date
from billwright.kernel.errors import NotAllowed, NotFound
from billwright.org.queries import LegalEntityRow, get_legal_entity, list_legal_entities

SESSION_KEY = "acting_entity"


def entities_of(request: HttpRequest) -> list[LegalEntityRow]:
    """The legal entities in which the person holds any role; read once a request."""
    found: list[LegalEntityRow] | None = getattr(request, "acting_entities", None)
    if found is None:
        held = permissions(request)
        found = [
            entity
            for entity in list_legal_entities()
            if held.is_operator or any(grant.covers(entity.id) for grant in held.grants)
        ]
        request.acting_entities = found  # type: ignore[attr-defined]
    return found


def day_at(request: HttpRequest, legal_entity_id: int) -> date:
    """The civil date of a legal entity, which its documents and money carry. Raises NotFound.

    An entity that the request has read already is not read again.
    """
    read = next((entity for entity in entities_of(request) if entity.id == legal_entity_id), None)
    entity = read or get_legal_entity(legal_entity_id=legal_entity_id)
    return business_date(at_of(request), entity.timezone)


def find_acting_entity(request: HttpRequest) -> LegalEntityRow | None:
    """The entity of the address, else of the session, else the first; None while there is none."""
    entities = entities_of(request)
    by_code = {entity.code: entity for entity in entities}
    for code in (request.GET.get("entity", ""), request.session.get(SESSION_KEY, "")):
        if code in by_code:
            return by_code[code]
    return entities[0] if entities else None


def acting_entity(request: HttpRequest) -> LegalEntityRow:
    """As `find_acting_entity`. Raises NotFound `legal_entity.none` while there is none."""
    entity = find_acting_entity(request)
    if entity is None:
        raise NotFound(
            "legal_entity.none",
            _("There is no company yet that you may see."),
            cure=_("Add the first one under Set-up, or ask an administrator for a role in it."),
        )
    return entity


def choose_entity(request: HttpRequest, code: str) -> LegalEntityRow:
    """Act for another entity from now on. Raises NotFound for one the person holds no role in."""
    for entity in entities_of(request):
        if entity.code == code:
            request.session[SESSION_KEY] = code
            return entity
    raise NotFound("legal_entity.not_found", _("There is no company %(code)s.") % {"code": code}, field="entity")


def may_in(request: HttpRequest, code: str, legal_entity_id: int) -> bool:
    """Whether the person holds a right in this legal entity."""
    return request.user.is_authenticated and permissions(request).allows_in(code, legal_entity_id)


def require_in(request: HttpRequest, code: str, legal_entity_id: int) -> None:
    """Raises NotAllowed unless the person holds a right to see in this legal entity."""
    if not may_in(request, code, legal_entity_id):
        roles = tuple(str(ROLE_LABELS[role]) for role in MATRIX[code].roles())
        rule = _("None of your roles in this company may do this; it belongs to: %(roles)s.") % {
            "roles": ", ".join(roles)
        }
        raise NotAllowed("access.no_permission", rule, rule=rule, who_may=roles)
