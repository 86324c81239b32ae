"""Which methods a company takes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.operations import counter as rows
from billwright.payments.ports.methods import method_plugins
from billwright.payments.queries.counter import AcceptedRow, list_accepted, unknown_method


@verb("payment_method.accept", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def accept_method(
    *,
    act: Act,
    legal_entity_id: int,
    code: str,
    is_accepted: bool,
    valid_from: date,
    fee: Money | None = None,
    fee_product: str = "",
) -> AcceptedRow:
    """Say from when a company takes a method of this installation, or does not; and what its return costs the payer.

    Raises NotFound for an unknown method, Refusal for a fee without its product.
    """
    if code not in {plugin.code for plugin in method_plugins()}:
        raise unknown_method(code)
    if fee is not None and (fee.amount_minor <= 0 or not fee_product):
        raise Refusal(
            "method.fee", _("A fee is an amount above zero, billed as a product of the catalog."), field="fee_product",
            cure=_("Name the code of the product, so that the fee is taxed and posted as that."),
        )  # fmt: skip
    entity = get_legal_entity(legal_entity_id=legal_entity_id)
    rows.write_accepted(
        act=act,
        legal_entity_id=legal_entity_id,
        code=code,
        is_accepted=is_accepted,
        fee=fee,
        fee_product=fee_product if fee else "",
        currency=fee.currency if fee else entity.base_currency,
        valid_from=valid_from,
    )
    note_change(after={"method": code, "accepted": is_accepted, "fee": str(fee or "")}, effective_on=valid_from)
    [row] = [one for one in list_accepted(legal_entity_id=legal_entity_id, on=valid_from) if one.code == code]
    return row
