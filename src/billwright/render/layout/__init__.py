"""From a printed document to what the templates need: words chosen, amounts and dates written, columns decided."""

from __future__ import annotations

from typing import assert_never

from billwright.render.documents import Printable, PrintedDocument, PrintedSettlement, PrintedStatement
from billwright.render.layout.common import Page, without_controls
from billwright.render.layout.invoice import invoice_page
from billwright.render.layout.settlement import settlement_page
from billwright.render.layout.statement import statement_page


def page_of(document: Printable) -> Page:
    """The page description of a document, made of JSON types only.

    Raises Refusal for an unknown language, a colour or logo that cannot be read, or a text too long for its QR code.
    """
    match document:
        case PrintedDocument():
            return without_controls(invoice_page(document))
        case PrintedSettlement():
            return without_controls(settlement_page(document))
        case PrintedStatement():
            return without_controls(statement_page(document))
        case _:
            assert_never(document)
