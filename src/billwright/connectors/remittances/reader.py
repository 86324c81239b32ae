"""The reader of remittance advice: which form it has, and whether it adds up."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from billwright.connectors.remittances.edi import read_820, read_remadv
from billwright.connectors.remittances.free_text import mail_parts, pdf_text, read_text
from billwright.connectors.remittances.tables import read_csv, read_workbook
from billwright.payments.ports.remittances import AdviceRead

BYTES_MAX = 20 * 1024 * 1024


class RemittanceReader:
    """Implements `payments.ports.remittances.AdviceReader` for every form that we know."""

    def read(self, content: bytes, *, name: str) -> AdviceRead | None:
        """By what is in it, not by its name. Raises UnreadableAdvice naming the place."""
        del name
        found = _read(content[:BYTES_MAX])
        if found is None or found.stated_total is None or found.stated_total == found.total:
            return found
        fault = _("Its lines come to %(sum)s, it says %(total)s.") % {"sum": found.total, "total": found.stated_total}
        return replace(found, faults=(*found.faults, fault))


def _read(content: bytes) -> AdviceRead | None:
    for _name, part in mail_parts(content):
        found = _read_part(part, "MAIL")
        if found is not None:
            return found
    return _read_part(content, "TEXT")


def _read_part(content: bytes, text_format: str) -> AdviceRead | None:
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content)
    in_pdf = pdf_text(content)
    if in_pdf is not None:
        return read_text(in_pdf, format_name="PDF")
    text = _text(content)
    return read_remadv(text) or read_820(text) or read_csv(text) or read_text(text, format_name=text_format)


def _text(content: bytes) -> str:
    """UTF-8 where it is, else Windows-1252; a file of zeros is no text."""
    if b"\x00" in content[:1000]:
        return content.decode("utf-16", errors="replace") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
