"""Whose accounts a person may see, and the day that it is there."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from billwright.accounts.queries import customers_seen, get_account, get_customer
from billwright.accounts.rows import AccountRow, CustomerRow
from billwright.interfaces.web.acting import at_of, permissions, require
from billwright.interfaces.web.entities import entities_of, may_in, require_in
from billwright.kernel.errors import NotAllowed
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


def customer_for(request: HttpRequest, customer_id: int) -> CustomerRow:
    """A customer with an account in a company that the person may see, or with none. Raises NotFound, NotAllowed."""
    require(request, "account.view")
    row = get_customer(customer_id)
    companies = permissions(request).entities_for("account.view")
    if not customers_seen([customer_id], legal_entity_ids=companies):
        rule = _("This customer has accounts in companies only that your roles do not cover.")
        raise NotAllowed("access.other_entity", rule, rule=rule)
    return row


def today(request: HttpRequest) -> date:
    """The person's civil date."""
    return timezone.localtime(at_of(request)).date()
