"""PDF by Typst: fonts only from our folder, the document's own date, so the same document gives the same bytes."""

from __future__ import annotations

import json
import logging
import os
import threading
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.render.documents import Printable
from billwright.render.layout import page_of

RENDER_FOLDER = Path(__file__).parent
TEMPLATE_FOLDER = RENDER_FOLDER / "typst"
FONT_FOLDER = RENDER_FOLDER / "fonts"

# PDF/A-3, so that an e-invoice can be embedded later; level a and PDF/UA-1 ask for tags and alternative texts.
ARCHIVE_TAGGED: list[typst.PDFStandard] = ["a-3a", "ua-1"]
ARCHIVE: list[typst.PDFStandard] = ["a-3b"]
# How Typst says it; tests hold us to its words.
LETTER_MISSING = "could not be displayed with font"
IMAGE_UNREADABLE = "failed to"

logger = logging.getLogger(__name__)

# A Typst compiler is not thread-safe and must not cross a fork: one per process, used by one thread at a time.
_lock = threading.Lock()
_compilers: dict[int, typst.Compiler] = {}


def render_pdf(document: Printable, *, tagged: bool = True) -> bytes:
    """Print a document as PDF; equal documents give equal bytes on every machine.

    The file is written to PDF/A-3 for archives; `tagged` adds PDF/UA-1, the structure that screen readers use, and
    bulk prints may leave it out for smaller files. A letter that our fonts lack is printed as a box, in a plain PDF,
    with a warning in the log: an issued document must always be printable. Raises Refusal `language.unknown`,
    `accent.unreadable`, `logo.too_large`, `logo.unreadable` or `qr.too_long`.
    """
    page = json.dumps(page_of(document), ensure_ascii=False, separators=(",", ":"))
    with _lock:
        try:
            return _compile(page, tagged=tagged, standards=ARCHIVE_TAGGED if tagged else ARCHIVE)
        except typst.TypstError as error:
            if LETTER_MISSING in error.message:
                logger.warning("document %s: %s", document.number, error.message)
                return _compile(page, tagged=tagged, standards=[])
            # The only foreign matter that Typst parses is the logo; everything else is our own template's fault.
            if document.logo is None or IMAGE_UNREADABLE not in error.message:
                raise
            raise Refusal("logo.unreadable", _("The logo cannot be read as a picture."), field="logo") from error


def file_name(number: str) -> str:
    """The name under which a document is saved: its number, without what file systems take amiss."""
    return "".join(character if character.isalnum() or character in "-_." else "-" for character in number) + ".pdf"


def _compile(page: str, *, tagged: bool, standards: list[typst.PDFStandard]) -> bytes:
    content = _compiler().compile(format="pdf", sys_inputs={"page": page}, pdf_standards=standards, pdf_tags=tagged)
    assert isinstance(content, bytes)
    return content


def _compiler() -> typst.Compiler:
    process = os.getpid()
    if process not in _compilers:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_FOLDER])
        _compilers.clear()
        _compilers[process] = typst.Compiler(TEMPLATE_FOLDER / "main.typ", root=TEMPLATE_FOLDER, font_paths=fonts)
    return _compilers[process]
