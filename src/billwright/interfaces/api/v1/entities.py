"""Legal entities."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from billwright.interfaces.api.doors import require
from billwright.interfaces.api.shapes import PROBLEMS, Id
from billwright.org import queries

router = Router()


class LegalEntityShape(Schema):
    """A company that issues documents."""

    id: int
    code: str
    name: str
    country: str
    base_currency: str
    timezone: str
    tax_number: str
    payment_terms_days: int


@router.get("", response={200: list[LegalEntityShape], **PROBLEMS}, summary="List legal entities")
def list_legal_entities(request: HttpRequest) -> list[queries.LegalEntityRow]:
    require(request, "account.view")
    return queries.list_legal_entities()


@router.get("/{entity_id}", response={200: LegalEntityShape, **PROBLEMS}, summary="One legal entity")
def get_legal_entity(request: HttpRequest, entity_id: Id) -> queries.LegalEntityRow:
    require(request, "account.view")
    return queries.get_legal_entity(legal_entity_id=entity_id)
