"""What a file can be kept on, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.invoices.page import document_for
from billwright.interfaces.web.payments.page import payment_for
from billwright.interfaces.web.refunds.listing import order_for
from billwright.kernel.errors import NotFound

# Each says in whose books the thing is, and refuses who may not see it.
ENTITY_OF: Final[dict[str, Callable[[HttpRequest, int], int]]] = {
    "account": lambda request, number: account_for(request, number).legal_entity_id,
    "invoice": lambda request, number: document_for(request, number).legal_entity_id,
    "payment": lambda request, number: payment_for(request, number).legal_entity_id,
    "refund_order": lambda request, number: order_for(request, number).legal_entity_id,
}


def entity_of(request: HttpRequest, noun: str, number: int) -> int:
    """The legal entity of what a file is about. Raises NotFound, NotAllowed."""
    if noun not in ENTITY_OF:
        raise NotFound("file.not_found", _("There is no such file."), field="about")
    return ENTITY_OF[noun](request, number)
