"""Mail of a receipt: the payer hears that the money came, with the paper of what it settled."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.comms.operations import NewMessage, queue_messages
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.org import queries as org
from billwright.payments.queries import get_confirmable
from billwright.render.formats import formats_for, spoken

RECEIPT = "receipt.issued"


@verb("payment.send_receipt", subject=lambda arguments, _answer: f"payment:{arguments['payment_id']}")
def send_receipt(*, act: Act, payment_id: int, to_address: str = "") -> str:
    """Queue the receipt of a payment to the account's address or another one; returns the address.

    Raises NotFound, Refusal `receipt.payer_unknown`, `receipt.returned`, `document.no_address`, `message.address`.
    """
    payment = get_confirmable(payment_id)
    assert payment.account_id is not None
    party = accounts.parties([payment.account_id], on=payment.value_date)[payment.account_id]
    address = to_address or party.email
    if not address:
        raise Refusal(
            "document.no_address", _("The account has no billing contact with a mail address."), field="to_address",
            cure=_("Give an address, or add a contact to the account."),
        )  # fmt: skip
    seller = org.get_legal_entity(legal_entity_id=payment.legal_entity_id)
    language = spoken(party.language)
    formats = formats_for(language, country=seller.country)
    values = {
        "name": party.addressee or party.name,
        "seller": seller.name,
        "number": payment.number or str(payment_id),
        "date": formats.day(payment.value_date),
        "total": formats.money(payment.amount),
        "account": party.account_number,
    }
    message = NewMessage(
        purpose=RECEIPT,
        to_address=address,
        to_name=party.name,
        from_address=seller.email,
        language=language,
        values=values,
        about=f"payment:{payment_id}",
        account_ref=payment.account_id,
    )
    queue_messages(act=act, messages=[message])
    customer_id = accounts.get_account(payment.account_id).customer_id
    note_change(personal={"to_address": address}, personal_of=f"customer:{customer_id}")
    return address
