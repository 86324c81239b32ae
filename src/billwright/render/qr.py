"""QR codes: what a banking app reads to fill in a payment."""

from __future__ import annotations

import io
from urllib.parse import quote, urlencode

import segno
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render.documents import BankDetails, PaymentBlock

# European Payments Council, EPC069-12 v2.1 section 3: amounts 0.01 to 999,999,999.99, lengths of fields.
EPC_AMOUNT_MINOR_MAX = 99_999_999_999
EPC_NAME_MAX, EPC_REMITTANCE_MAX = 70, 140
# Pixels a module: a telephone reads it from another screen at arm's length, and it fits on one of 390 pixels.
SCREEN_SCALE = 4


def payment_payload(payment: PaymentBlock) -> str:
    """The text to encode: EPC for euro to an IBAN, UPI for rupees, else a link or the details as plain text.

    Empty when there is nothing to pay or nowhere to pay it.
    """
    if payment.qr_payload is not None:
        return payment.qr_payload
    bank, amount = payment.bank, payment.amount
    if amount.amount_minor <= 0:
        return ""
    if bank and bank.iban and amount.currency == "EUR" and amount.amount_minor <= EPC_AMOUNT_MINOR_MAX:
        return _epc(bank, amount, payment.reference)
    if bank and bank.upi_id and amount.currency == "INR":
        return _upi(bank, amount, payment.reference)
    if payment.pay_url:
        return payment.pay_url
    return _plain(bank, amount, payment.reference) if bank else ""


def qr_svg(payload: str) -> str:
    """The code as an SVG picture; error correction M, as EPC069-12 requires. Empty for an empty payload.

    Raises Refusal `qr.too_long` beyond what a code of the largest size can hold (ISO/IEC 18004: 2,331 bytes).
    """
    if not payload:
        return ""
    buffer = io.BytesIO()
    _code(payload).save(buffer, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return buffer.getvalue().decode()


def qr_on_page(payload: str) -> str:
    """The code as markup for a screen: dark on white whatever the theme, with the quiet zone that readers need.

    Raises what `qr_svg` raises.
    """
    if not payload:
        return ""
    return str(_code(payload).svg_inline(scale=SCREEN_SCALE, light="#fff"))


def _code(payload: str) -> segno.QRCode:
    encoding = None if payload.isascii() else "utf-8"
    try:
        return segno.make_qr(payload, error="m", encoding=encoding)
    except segno.DataOverflowError as error:
        raise Refusal(
            "qr.too_long",
            _("The text is too long for a QR code."),
            field="qr_payload",
            cure=_("Shorten the payment reference or the link."),
        ) from error


def _epc(bank: BankDetails, amount: Money, reference: str) -> str:
    fields = [
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        bank.bic.replace(" ", ""),
        _one_line(bank.account_holder)[:EPC_NAME_MAX],
        bank.iban.replace(" ", ""),
        f"EUR{amount.decimal:f}",
        "",
        "",
        _one_line(reference)[:EPC_REMITTANCE_MAX],
    ]
    return "\n".join(fields)


def _upi(bank: BankDetails, amount: Money, reference: str) -> str:
    """NPCI UPI linking specification 1.6: pa payee, pn name, am amount, cu currency, tr and tn reference."""
    fields = {
        "pa": bank.upi_id,
        "pn": bank.account_holder,
        "am": f"{amount.decimal:f}",
        "cu": "INR",
        "tr": reference,
        "tn": reference,
    }
    return "upi://pay?" + urlencode(fields, quote_via=quote, safe="@")


def _plain(bank: BankDetails, amount: Money, reference: str) -> str:
    parts = [
        bank.account_holder,
        bank.bank_name,
        bank.iban or bank.account_number,
        bank.bic or bank.branch_code or bank.ifsc,
        f"{amount.currency} {amount.decimal:f}",
        reference,
    ]
    return "\n".join(_one_line(part) for part in parts if part)


def _one_line(text: str) -> str:
    return " ".join(text.split())
