"""The writer of debit-order batches: tab-delimited records H, K, T and F."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.payments.ports.collection_files import DebitBatch, DebitOut, WrittenFile
from billwright.payments.states import BankDetailsKind

VERSION: Final = "1"
# The fields of a transaction, in the order in which the key record announces them.
KEYS: Final = {
    "101": "account reference",
    "102": "account name",
    "131": "kind of details: 1 a bank account",
    "132": "name of the bank account",
    "133": "kind of bank account",
    "134": "branch code",
    "135": "filler",
    "136": "bank account number",
    "162": "amount in cents",
    "301": "our own reference, which comes back",
}
BANK_ACCOUNT: Final = "1"
END_MARK: Final = "9999"
INSTRUCTION: Final = "TwoDay"


class DebitOrderWriter:
    """Implements `payments.ports.DebitFileWriter` for EFT debit orders, and for DebiCheck by agreement.

    Terms: `service_key` and `vendor_key` of the processor, `instruction` (for EFT `TwoDay` where none is given; for
    DebiCheck as the processor names it).
    """

    schemes = frozenset({"za-eft", "za-debicheck"})

    def write(self, batch: DebitBatch) -> WrittenFile:
        """The file. Raises Refusal naming the row, or the term that is missing."""
        terms = batch.own.terms
        instruction = terms.get("instruction") or (INSTRUCTION if batch.scheme == "za-eft" else "")
        for name, value in (("service_key", terms.get("service_key")), ("instruction", instruction)):
            if not value:
                raise Refusal(
                    "za_eft.term",
                    _("The agreement lacks the term %(name)s.") % {"name": name},
                    field="terms",
                    cure=_("Enter it as the processor gave it."),
                )
        lines = [
            ["H", terms["service_key"], VERSION, instruction, batch.message_id, f"{batch.action_day:%Y%m%d}",
             terms.get("vendor_key", "")],
            ["K", *KEYS],
            *(["T", *_fields(row, debit)] for row, debit in enumerate(batch.debits, start=1)),
            ["F", str(len(batch.debits)), str(batch.total.amount_minor), END_MARK],
        ]  # fmt: skip
        content = "\r\n".join("\t".join(line) for line in lines) + "\r\n"
        return WrittenFile(name=f"{batch.message_id}.txt", media_type="text/plain", content=content.encode("latin-1"))


def _fields(row: int, debit: DebitOut) -> list[str]:
    details = debit.details
    if details.kind != BankDetailsKind.ZA:
        raise Refusal(
            "za_eft.account",
            _("This is no South African bank account."),
            field="details",
            row=row,
            cure=_("Record a mandate with its branch code and account number."),
        )
    if debit.amount.currency != "ZAR":
        raise Refusal("za_eft.amount", _("Debit orders are in ZAR."), field="amount", row=row)
    name = _plain(debit.holder)
    return [
        _plain(debit.mandate_reference)[:22], name, BANK_ACCOUNT, name, details.account_type, details.branch, "0",
        details.number, str(debit.amount.amount_minor), debit.end_to_end,
    ]  # fmt: skip


def _plain(text: str) -> str:
    """Without what would break the record, in letters of Latin-1."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return kept.encode("latin-1", "replace").decode("latin-1").strip()[:50]
