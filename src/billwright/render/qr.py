"""QR codes: what a banking app reads to fill in a payment."""

from __future__ import annotations

import binascii
import io
import re
import unicodedata
from urllib.parse import quote, urlencode

import segno
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render.documents import BankDetails, PaymentBlock

# European Payments Council, EPC069-12 v2.1 section 3: amounts 0.01 to 999,999,999.99, lengths of fields.
EPC_AMOUNT_MINOR_MAX = 99_999_999_999
EPC_NAME_MAX, EPC_REMITTANCE_MAX = 70, 140
# EMV QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1: lengths of fields, letters of `ans`.
EMV_MERCHANT = re.compile(r"(?!https?:)([!-.0-~]{1,32})/([ -~]{1,35})")
EMV_AMOUNT_MAX, EMV_NAME_MAX, EMV_CITY_MAX, EMV_LABEL_MAX = 13, 25, 15, 25
# SnapScan's payment links (developer.snapscan.co.za, QR codes): the merchant's link, which takes amount and reference.
SNAPSCAN_MERCHANT = re.compile(r"https://pos\.snapscan\.io/qr/[0-9A-Za-z_-]{1,40}", re.ASCII)
EMV_ANY_CATEGORY, EMV_RAND, EMV_COUNTRY = "0000", "710", "ZA"
# Pixels a module: a telephone reads it from another screen at arm's length, and it fits on one of 390 pixels.
SCREEN_SCALE = 4


def payment_payload(payment: PaymentBlock) -> str:
    """The text to encode: EPC for euro to an IBAN, UPI for rupees, a scheme's code for rand, else a link or text.

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
    if bank and amount.currency == "ZAR" and SNAPSCAN_MERCHANT.fullmatch(bank.merchant):
        return _snapscan(bank.merchant, amount, payment.reference)
    if bank and amount.currency == "ZAR" and (merchant := EMV_MERCHANT.fullmatch(bank.merchant)):
        return _emv(merchant, bank, amount, payment.reference)
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


def _snapscan(link: str, amount: Money, reference: str) -> str:
    """A payment by the app of SnapScan: amount in cents, and the reference that its notification tells.

    Not `strict`: that refuses a second payment of a reference, and a customer may pay one document in two parts.
    """
    return f"{link}?" + urlencode({"id": _one_line(reference), "amount": amount.amount_minor}, quote_via=quote)


def _emv(merchant: re.Match[str], bank: BankDetails, amount: Money, reference: str) -> str:
    """EMV merchant-presented code, for one payment: format, account, category, currency, amount, country, name, city.

    The account template (26) holds what the company's provider gave it; nobody else's identifier is made up.
    """
    shown = f"{amount.decimal:f}"
    if len(shown) > EMV_AMOUNT_MAX:
        return _plain(bank, amount, reference)
    label = _ans(reference, EMV_LABEL_MAX)
    objects = [
        ("00", "01"),
        ("01", "12"),
        ("26", _emv_object("00", merchant.group(1)) + _emv_object("01", merchant.group(2))),
        ("52", EMV_ANY_CATEGORY),
        ("53", EMV_RAND),
        ("54", shown),
        ("58", EMV_COUNTRY),
        ("59", _ans(bank.account_holder, EMV_NAME_MAX) or "-"),
        ("60", _ans(bank.merchant_city, EMV_CITY_MAX) or "-"),
        ("62", _emv_object("05", label) if label else ""),
    ]
    return checked("".join(_emv_object(id_, value) for id_, value in objects if value) + "6304")


def checked(body: str) -> str:
    """An EMV payload with its checksum: CRC-16 of polynomial 0x1021 from 0xFFFF, over its own id and length too."""
    return f"{body}{binascii.crc_hqx(body.encode('ascii'), 0xFFFF):04X}"


def _emv_object(id_: str, value: str) -> str:
    return f"{id_}{len(value):02d}{value}"


def _ans(text: str, letters_max: int) -> str:
    """The nearest letters of ASCII: what the specification calls `ans`."""
    plain = unicodedata.normalize("NFKD", _one_line(text)).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isprintable())[:letters_max].strip()


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
