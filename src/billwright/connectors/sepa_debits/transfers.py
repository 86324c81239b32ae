"""Credit transfers out of one of our own accounts, as refunds ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from billwright.connectors.sepa_debits.writer import SepaTransferWriter
from billwright.kernel.errors import NotFound
from billwright.org.queries import list_all_bank_accounts
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.ports.collection_files import OwnAccount, TransferBatch, TransferOut
from billwright.payments.ports.refunds import CreditTransfer, TransferFile
from billwright.payments.states import BankDetailsKind


class SepaTransferFiles:
    """Implements `payments.ports.CreditTransferFiles` by pain.001."""

    def write(
        self,
        *,
        bank_account_id: int,
        message_id: str,
        execute_on: date,
        at: datetime,
        transfers: Sequence[CreditTransfer],
    ) -> TransferFile:
        """One file. Raises NotFound for an account that is not ours, Refusal naming the transfer's row."""
        own = next((one for one in list_all_bank_accounts() if one.id == bank_account_id), None)
        if own is None:
            raise NotFound("bank_account.not_found", _("There is no such account of ours."), field="bank_account_id")
        written = SepaTransferWriter().write(
            TransferBatch(
                message_id=message_id,
                made_at=at,
                pay_on=execute_on,
                own=OwnAccount(
                    holder=own.holder,
                    details=_iban(own.iban, own.bic),
                    creditor_id="",
                    creditor_name=own.holder,
                ),
                transfers=tuple(
                    TransferOut(
                        end_to_end=one.end_to_end,
                        amount=one.amount,
                        holder=one.holder,
                        details=_iban(one.account_number, one.bank_code),
                        text=one.remittance,
                    )
                    for one in transfers
                ),
            )
        )
        return TransferFile(name=written.name, media_type=written.media_type, content=written.content)


def _iban(number: str, bic: str) -> BankDetails:
    return BankDetails(
        kind=BankDetailsKind.IBAN, iban=number.replace(" ", "").upper(), bic=bic.replace(" ", "").upper()
    )
