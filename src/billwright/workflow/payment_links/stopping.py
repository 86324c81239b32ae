"""A customer ends the keeping of a card, on the page of a payment link and without a log-in."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.kernel.acts import Act
from billwright.kernel.errors import NotFound
from billwright.kernel.idempotency import semantic_key
from billwright.payments.collecting_rows import StoredMethodRow
from billwright.payments.links import PaymentLinkRow
from billwright.payments.operations.methods import revoke_method
from billwright.payments.queries.mandates import list_methods
from billwright.payments.states import ALIVE
from billwright.workflow.payment_links.operations import ACTOR


def methods_of_link(link: PaymentLinkRow) -> tuple[StoredMethodRow, ...]:
    """The cards and wallets of a link's account, kept or not any more; bank accounts are a matter of their mandates."""
    return tuple(row for row in list_methods(link.account_id) if row.provider)


def method_of_link(link: PaymentLinkRow, stored_method_id: int) -> StoredMethodRow:
    """A card or wallet of a link's account, kept or not any more. Raises NotFound, of other accounts' as well."""
    for row in methods_of_link(link):
        if row.id == stored_method_id:
            return row
    raise NotFound("stored_method.not_found", _("There is no such stored method."), field="stored_method_id")


def stop_keeping(*, link: PaymentLinkRow, stored_method_id: int, at: datetime) -> StoredMethodRow:
    """End a kept card or wallet for good, as its customer asks; one that is not kept any more stays what it is.

    The act is `stored_method.revoke`, done by the portal for the customer whose link it was. Raises NotFound.
    """
    row = method_of_link(link, stored_method_id)
    if row.state not in ALIVE:
        return row
    act = Act(
        actor=ACTOR,
        at=at,
        reason=_("The customer ended it on the page of payment link %(id)d.") % {"id": link.id},
        on_behalf_of=f"customer:{get_account(link.account_id).customer_id}",
        # Pressed twice at once, the second waits for the first and gets its answer.
        key=semantic_key("stop_keeping", method=row.id),
    )
    return revoke_method(act=act, stored_method_id=row.id)
