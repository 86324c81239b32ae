"""Advice as text, as mails and PDF files hold it: a line that names a document and ends with what was paid for it."""

from __future__ import annotations

import email
import io
import re
from decimal import Decimal
from email.message import EmailMessage
from email.policy import default as mail_policy

from django.utils.translation import gettext as _

from billwright.connectors.remittances.tables import currency_in
from billwright.connectors.remittances.words import LINES_MAX, amount_in, day_in, line_of, own
from billwright.payments.ports.remittances import AdviceLine, AdviceRead, UnreadableAdvice

PAGES_MAX = 200
PARTS_MAX = 50
_TOTAL = re.compile(r"\W*(?:grand |net |amount )?(?:total|sum|summe|gesamt\w*|totaal|we paid|paid)\b", re.I)
_REFERENCE = re.compile(
    r"(?:payment|remittance|our|zahlung\w*|betaling\w*)[ -]?(?:ref\w*|no|nr|number)\W+([^\s,;:]{3,40})", re.I
)
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b")
# An amount has decimals: bare digits in a text may be anything.
_AMOUNTS = re.compile(
    r"(?<![\w.,-])\(?[-+\u2212]?(?:[A-Z]{3}\s|[R€£$₹]\s?)?[-\u2212]?"
    r"\d{1,3}(?:(?:[ ',.\u00a0]\d{3})*|\d{0,12})[.,]\d{2}\b-?\)?"
)
_DOCUMENT = re.compile(r"(?=[^\s,;]*\d)[A-Z0-9][A-Z0-9/_.#-]{2,39}", re.I)
_REASON = re.compile(r"[^\W\d_][\w '%-]{3,}", re.I)
_PREFIX = re.compile(r"^(?:[A-Z]{3}\s|[R€£$₹]\s?)")
_TAGS = re.compile(r"<[^>]{0,2000}>")
# What a broken file makes the library raise is not one family of errors.
_OF_BROKEN_FILES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def pdf_text(content: bytes) -> str | None:
    """The text of a PDF file. Raises UnreadableAdvice where there is none: a scan is no text."""
    if not content.startswith(b"%PDF-"):
        return None
    # Every command and process loads the readers, and few meet a PDF file: the library takes longer than a reader.
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = "\n".join(page.extract_text() for page in pages[:PAGES_MAX])
    except (PyPdfError, *_OF_BROKEN_FILES) as error:
        raise UnreadableAdvice(_("The PDF file is damaged or locked."), where=_("the file")) from error
    if not text.strip():
        raise UnreadableAdvice(
            _("The PDF file holds no text."), where=_("the file"), cure=_("Ask for a file that is not a picture.")
        )
    return text


def mail_parts(content: bytes) -> list[tuple[str, bytes]]:
    """The files of a mail, then its own text; empty where it is no mail."""
    head = content[:4000].lower()
    if not re.search(rb"^(from|received|return-path|mime-version|subject): ", head, re.MULTILINE):
        return []
    message = email.message_from_bytes(content, policy=mail_policy)
    files: list[tuple[str, bytes]] = []
    bodies: list[tuple[str, bytes]] = []
    for place, part in enumerate(message.walk()):
        if place >= PARTS_MAX or part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        try:
            held = part.get_payload(decode=True)
        except (ValueError, LookupError, AssertionError):
            continue
        if not isinstance(held, bytes) or not held:
            continue
        if part.get_content_type() == "text/html":
            held = _TAGS.sub(" ", re.sub(r"(?i)</(tr|p|div)>|<br */?>", "\n", _decoded(held))).encode()
        name = "" if part.get_content_maintype() == "text" else "file"
        (files if name else bodies).append((name, held))
    return [*files, *sorted(bodies, key=lambda one: -len(one[1]))]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_text(text: str, *, format_name: str) -> AdviceRead | None:
    """The lines of a text that name a document and an amount; None where there are none."""
    lines: list[AdviceLine] = []
    total: Decimal | None = None
    for written in text.splitlines()[:LINES_MAX]:
        row = written.strip()[:500]
        amounts = [amount for found in _AMOUNTS.finditer(row) if (amount := amount_in(_PREFIX.sub("", found.group())))]
        if not amounts:
            continue
        if _TOTAL.match(row):
            total = amounts[-1]
            continue
        line = _line(row, amounts)
        if line is not None:
            lines.append(line)
    if not lines:
        return None
    reference, day = _REFERENCE.search(text[:20_000]), _DAY.search(text[:20_000])
    return AdviceRead(
        format=format_name,
        lines=tuple(lines),
        reference=own(reference.group(1)) if reference else "",
        currency=currency_in(text[:20_000]),
        paid_on=day_in(day.group()) if day else None,
        stated_total=total,
    )


def _line(row: str, amounts: list[Decimal]) -> AdviceLine | None:
    """The document, then its amount, a deduction, and what was paid: three, two, or the last alone."""
    rest = _AMOUNTS.sub(" ", _DAY.sub(" ", row))
    document = _DOCUMENT.search(rest)
    if document is None:
        return None
    paid, deduction = amounts[-1], Decimal(0)
    if len(amounts) > 2 and amounts[0] - abs(amounts[-2]) == paid:
        deduction = amounts[-2]
    elif len(amounts) == 2 and amounts[0] > paid > 0:
        deduction = amounts[0] - paid
    told = rest[: document.start()] + " " + rest[document.end() :]
    reason = _REASON.search(told) if deduction else None
    return line_of(document.group(), paid, deduction, reason.group() if reason else "")
