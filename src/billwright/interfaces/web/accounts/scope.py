"""Whose accounts a person may see, and the day that it is there."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.acting import at_of, require
from billwright.interfaces.web.entities import entities_of, may_in, require_in
from billwright.org.queries import LegalEntityRow


def visible_entities(request: HttpRequest, right: str) -> list[LegalEntityRow]:
    """The legal entities in which the person holds a right. Raises NotAllowed where there is none at all."""
    require(request, right)
    return [entity for entity in entities_of(request) if may_in(request, right, entity.id)]


def chosen_entities(request: HttpRequest, right: str, code: str) -> list[LegalEntityRow]:
    """Those of a code, or all that the person may see."""
    visible = visible_entities(request, right)
    return [entity for entity in visible if entity.code == code] if code else visible


def account_for(request: HttpRequest, account_id: int, right: str = "account.view") -> AccountRow:
    """An account whose books the person may see. Raises NotFound, NotAllowed."""
    account = get_account(account_id)
    require_in(request, right, account.legal_entity_id)
    return account


def today(request: HttpRequest) -> date:
    """The person's civil date."""
    return timezone.localtime(at_of(request)).date()
