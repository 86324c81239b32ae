"""What the page of an account shows of its stored means of paying."""

from __future__ import annotations

from typing import Any

from django import template

from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.collecting.methods import may_debit
from billwright.interfaces.web.collecting.words import MANDATE_STATES, METHOD_STATES
from billwright.interfaces.web.entities import may_in
from billwright.payments.queries.mandates import list_account_mandates, list_methods

register = template.Library()


@register.inclusion_tag("web/collecting/panel.html", takes_context=True)
def stored_methods(context: dict[str, Any], account: AccountRow) -> dict[str, Any]:
    """`{% stored_methods account %}`: methods in the order in which they are tried, each with its mandates."""
    request = context["request"]
    may_view = may_in(request, "mandate.view", account.legal_entity_id)
    methods = list_methods(account.id) if may_view else []
    mandates = list_account_mandates(account.id) if methods else []
    return {
        "request": request,
        "account_id": account.id,
        "may_view": may_view,
        "may_keep": may_in(request, "stored_method.add_bank_account", account.legal_entity_id),
        "may_sign": may_in(request, "mandate.add", account.legal_entity_id),
        "rows": [
            (
                method,
                METHOD_STATES[method.state][0],
                [(one, MANDATE_STATES[one.state][0]) for one in mandates if one.stored_method_id == method.id],
                may_debit(request, method),
            )
            for method in methods
        ],
    }
