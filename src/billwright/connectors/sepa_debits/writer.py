"""The writers of pain.008.001.08 (direct debits) and pain.001.001.09 (credit transfers)."""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.eu import at_02
from stdnum.exceptions import ValidationError

from billwright.connectors.sepa_debits.elements import (
    NAME_LETTERS,
    TEXT_LETTERS,
    account,
    amount,
    bank,
    counts,
    document,
    named,
    plain,
)
from billwright.kernel.errors import Refusal
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.ports.collection_files import (
    DebitBatch,
    DebitOut,
    TransferBatch,
    TransferOut,
    WrittenFile,
)

DEBITS: Final = "pain.008.001.08"
TRANSFERS: Final = "pain.001.001.09"
_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
INSTRUMENTS: Final = {"sepa-core": "CORE", "sepa-b2b": "B2B"}
# First, following, single and last debits each stand in a block of their own.
SEQUENCES: Final = ("FRST", "RCUR", "OOFF", "FNAL")


class SepaDebitWriter:
    """Implements `payments.ports.DebitFileWriter` for both schemes of SEPA direct debit."""

    schemes = frozenset(INSTRUMENTS)

    def write(self, batch: DebitBatch) -> WrittenFile:
        """One message, a block per sequence. Raises Refusal naming the row, or the creditor identifier."""
        creditor_id = _creditor_id(batch.own.creditor_id)
        root = Element("Document", xmlns=_NAMESPACE + DEBITS)
        message = SubElement(root, "CstmrDrctDbtInitn")
        header = _header(message, batch.message_id, batch.made_at.isoformat(timespec="seconds")[:19])
        counts(header, [debit.amount for debit in batch.debits])
        SubElement(SubElement(header, "InitgPty"), "Nm").text = plain(batch.own.creditor_name, most=NAME_LETTERS)
        blocks: dict[str, list[tuple[int, DebitOut]]] = defaultdict(list)
        for row, debit in enumerate(batch.debits, start=1):
            if debit.sequence not in SEQUENCES:
                raise Refusal("sepa.sequence", _("A debit is FRST, RCUR, OOFF or FNAL."), field="sequence", row=row)
            blocks[debit.sequence].append((row, debit))
        for sequence in SEQUENCES:
            if blocks[sequence]:
                _debit_block(message, batch, sequence, blocks[sequence], creditor_id)
        return WrittenFile(name=f"{batch.message_id}.xml", media_type="application/xml", content=document(root))


def _creditor_id(text: str) -> str:
    try:
        return str(at_02.validate(text))
    except ValidationError as error:
        raise Refusal(
            "sepa.creditor_id",
            _("%(text)s is no creditor identifier: its form or its check digits are wrong.") % {"text": text},
            field="creditor_id",
            cure=_("Correct what was agreed with the bank."),
        ) from error


def _header(message: Element, message_id: str, made_at: str) -> Element:
    header = SubElement(message, "GrpHdr")
    SubElement(header, "MsgId").text = message_id
    SubElement(header, "CreDtTm").text = made_at
    return header


def _debit_block(
    message: Element, batch: DebitBatch, sequence: str, debits: list[tuple[int, DebitOut]], creditor_id: str
) -> None:
    block = SubElement(message, "PmtInf")
    SubElement(block, "PmtInfId").text = f"{batch.message_id}-{sequence}"[:35]
    SubElement(block, "PmtMtd").text = "DD"
    SubElement(block, "BtchBookg").text = "true"
    counts(block, [debit.amount for _row, debit in debits])
    kind = SubElement(block, "PmtTpInf")
    SubElement(SubElement(kind, "SvcLvl"), "Cd").text = "SEPA"
    SubElement(SubElement(kind, "LclInstrm"), "Cd").text = INSTRUMENTS[batch.scheme]
    SubElement(kind, "SeqTp").text = sequence
    SubElement(block, "ReqdColltnDt").text = batch.action_day.isoformat()
    named(block, "Cdtr", batch.own.creditor_name)
    account(block, "CdtrAcct", batch.own.details)
    bank(block, "CdtrAgt", batch.own.details)
    SubElement(block, "ChrgBr").text = "SLEV"
    scheme = SubElement(SubElement(SubElement(SubElement(block, "CdtrSchmeId"), "Id"), "PrvtId"), "Othr")
    SubElement(scheme, "Id").text = creditor_id
    SubElement(SubElement(scheme, "SchmeNm"), "Prtry").text = "SEPA"
    for row, debit in debits:
        _debit(block, row, debit)


def _debit(block: Element, row: int, debit: DebitOut) -> None:
    one = SubElement(block, "DrctDbtTxInf")
    SubElement(SubElement(one, "PmtId"), "EndToEndId").text = debit.end_to_end
    amount(one, debit.amount, row=row)
    mandate = SubElement(SubElement(one, "DrctDbtTx"), "MndtRltdInf")
    SubElement(mandate, "MndtId").text = debit.mandate_reference
    SubElement(mandate, "DtOfSgntr").text = debit.mandate_signed_on.isoformat()
    bank(one, "DbtrAgt", debit.details)
    named(one, "Dbtr", debit.holder, row=row)
    account(one, "DbtrAcct", debit.details, row=row)
    _remittance(one, debit.text)


def _remittance(one: Element, text: str) -> None:
    written = plain(text, most=TEXT_LETTERS)
    if written:
        SubElement(SubElement(one, "RmtInf"), "Ustrd").text = written


def _checked(details: BankDetails, row: int) -> BankDetails:
    """Raise Refusal naming the row for an IBAN whose check digits are wrong: the file would carry it to the bank."""
    if details.iban and not iban.is_valid(details.iban):
        raise Refusal(
            "sepa.iban", _("This is no IBAN."), field="iban", row=row, cure=_("Record a mandate with the right IBAN.")
        )
    return details


class SepaTransferWriter:
    """Writes SEPA credit transfers, for `SepaTransferFiles`."""

    def write(self, batch: TransferBatch) -> WrittenFile:
        """One message with one block. Raises Refusal naming the row."""
        root = Element("Document", xmlns=_NAMESPACE + TRANSFERS)
        message = SubElement(root, "CstmrCdtTrfInitn")
        header = _header(message, batch.message_id, batch.made_at.isoformat(timespec="seconds")[:19])
        counts(header, [transfer.amount for transfer in batch.transfers])
        SubElement(SubElement(header, "InitgPty"), "Nm").text = plain(batch.own.holder, most=NAME_LETTERS)
        block = SubElement(message, "PmtInf")
        SubElement(block, "PmtInfId").text = f"{batch.message_id}-1"[:35]
        SubElement(block, "PmtMtd").text = "TRF"
        SubElement(block, "BtchBookg").text = "false"
        counts(block, [transfer.amount for transfer in batch.transfers])
        SubElement(SubElement(SubElement(block, "PmtTpInf"), "SvcLvl"), "Cd").text = "SEPA"
        SubElement(SubElement(block, "ReqdExctnDt"), "Dt").text = batch.pay_on.isoformat()
        named(block, "Dbtr", batch.own.holder)
        account(block, "DbtrAcct", batch.own.details)
        bank(block, "DbtrAgt", batch.own.details)
        SubElement(block, "ChrgBr").text = "SLEV"
        for row, transfer in enumerate(batch.transfers, start=1):
            _transfer(block, row, transfer)
        return WrittenFile(name=f"{batch.message_id}.xml", media_type="application/xml", content=document(root))


def _transfer(block: Element, row: int, transfer: TransferOut) -> None:
    one = SubElement(block, "CdtTrfTxInf")
    SubElement(SubElement(one, "PmtId"), "EndToEndId").text = transfer.end_to_end
    amount(SubElement(one, "Amt"), transfer.amount, row=row)
    if transfer.details.bic:
        bank(one, "CdtrAgt", transfer.details)
    named(one, "Cdtr", transfer.holder, row=row)
    account(one, "CdtrAcct", _checked(transfer.details, row), row=row)
    _remittance(one, transfer.text)
