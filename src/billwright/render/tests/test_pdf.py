"""The printed page, read back: what is on it, on how many sheets, and the same bytes every time."""

import hashlib
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render.documents import (
    DocumentKind,
    Fact,
    LegalStatement,
    Logo,
    PrintedDocument,
)
from billwright.render.formats import LANGUAGES, formats_for
from billwright.render.layout.common import ZERO_WIDTH_SPACE
from billwright.render.pdf import render_pdf
from billwright.render.tests import samples
from billwright.render.wording import words_for

ALL_SAMPLES = {
    **{f"invoice_{language}": samples.make_invoice(language) for language in LANGUAGES},
    "credit_note": samples.make_credit_note("de"),
    "everything": samples.make_reverse_charge_invoice(),
    "receipt": samples.make_receipt("af"),
    "remittance_slip": samples.make_remittance_slip("bg"),
    "statement": samples.make_statement("hi"),
}
SVG_LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><circle cx="10" cy="10" r="9"/></svg>'


def pages(content: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def squeezed(text: str) -> str:
    """Text without the spaces and break places that a PDF does not keep faithfully."""
    return "".join(text.replace(ZERO_WIDTH_SPACE, "").split())


def is_archive(content: bytes) -> bool:
    return "/OutputIntents" in PdfReader(io.BytesIO(content)).trailer["/Root"]


def text_of(document: PrintedDocument) -> str:
    return "".join(pages(render_pdf(document)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invoice_shows_its_number_amounts_and_page_count(language: str) -> None:
    invoice = samples.make_invoice(language)
    formats = formats_for(language, country=invoice.seller.country)
    text = text_of(invoice)
    assert invoice.number in text
    for money in (*(line.net for line in invoice.lines), *(tax.tax for tax in invoice.taxes)):
        assert squeezed(formats.amount(money)) in text
    assert squeezed(formats.money(invoice.totals[-1].amount)) in text
    if language != "hi":  # pypdf reads Devanagari in glyph order
        assert squeezed(words_for(language)("page", page="1", pages="1")) in text
        assert squeezed(words_for(language)(f"title_{invoice.kind.lower()}")) in text


@pytest.mark.parametrize("name", ALL_SAMPLES)
def test_every_document_is_an_archive_file(name: str) -> None:
    assert is_archive(render_pdf(ALL_SAMPLES[name]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fonts_have_every_letter_of_every_word(language: str) -> None:
    """A missing letter would have cost the archive standard."""
    words = tuple(words_for(language).by_key.values())
    assert is_archive(render_pdf(replace(samples.make_invoice(language), notes=words)))


def test_a_letter_that_the_fonts_lack_is_logged_and_the_document_printed(caplog: pytest.LogCaptureFixture) -> None:
    invoice = samples.make_invoice()
    content = render_pdf(replace(invoice, buyer=replace(invoice.buyer, name="\u4e2d\u6587")))
    assert not is_archive(content)
    assert invoice.number in pages(content)[0]
    assert invoice.number in caplog.text


def test_invisible_controls_are_not_printed() -> None:
    invoice = samples.make_invoice()
    content = render_pdf(replace(invoice, buyer=replace(invoice.buyer, name="Clara\x07 \u202eFisheries")))
    assert is_archive(content)
    assert "ClaraFisheries" in pages(content)[0]


def test_a_note_keeps_its_line_breaks() -> None:
    content = render_pdf(replace(samples.make_invoice(), notes=("first line\nsecond line",)))
    assert "first line\nsecond line" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


@pytest.mark.parametrize("name", ALL_SAMPLES)
def test_the_same_document_gives_the_same_bytes(name: str) -> None:
    assert render_pdf(ALL_SAMPLES[name]) == render_pdf(ALL_SAMPLES[name])


def test_threads_of_one_process_may_print_at_once() -> None:
    invoices = [samples.make_invoice(language) for language in LANGUAGES] * 2
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(render_pdf, invoices)) == [render_pdf(invoice) for invoice in invoices]


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import hashlib;from billwright.render.pdf import render_pdf;from billwright.render.tests import samples;"
        "print(hashlib.sha256(render_pdf(samples.make_invoice('bg'))).hexdigest())"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == hashlib.sha256(render_pdf(samples.make_invoice("bg"))).hexdigest()


@pytest.mark.parametrize(("line_count", "page_count"), [(0, 1), (3, 1), (46, 2), (400, 12)])
def test_lines_fill_pages_and_every_page_repeats_the_head_row(line_count: int, page_count: int) -> None:
    read = pages(render_pdf(samples.make_invoice("en", line_count=line_count)))
    assert len(read) == page_count
    for number, text in enumerate(read, start=1):
        assert f"Page{number}of{page_count}" in text
        assert ("Fibreline" in text) == ("Unitprice" in text)


def test_every_line_of_a_long_invoice_is_printed_once() -> None:
    invoice = samples.make_invoice("en", line_count=400)
    lines = tuple(replace(line, description=f"Line<{index}>") for index, line in enumerate(invoice.lines))
    text = text_of(replace(invoice, lines=lines))
    assert all(text.count(f"Line<{index}>") == 1 for index in range(400))


def test_markup_in_a_text_is_printed_not_run() -> None:
    hostile = '#image("/etc/passwd") *bold* $x$ <b> \\ {braces} "'
    invoice = samples.make_invoice()
    buyer = replace(invoice.buyer, name=hostile)
    invoice = replace(invoice, buyer=buyer, facts=(Fact(hostile, hostile),), notes=(hostile,))
    assert text_of(invoice).count(squeezed(hostile)) >= 3


def test_south_africa_says_tax_invoice_and_both_vat_numbers() -> None:
    text = text_of(samples.make_invoice("en"))
    assert "TaxInvoice" in text
    assert samples.SELLERS["ZA"].tax_number in text
    assert samples.BUYERS["en"].tax_number in text


def test_india_shows_what_rule_46_asks_for() -> None:
    invoice = replace(samples.make_invoice("hi"), language="en")
    text = text_of(invoice)
    for party in (invoice.seller, invoice.buyer):
        assert f"GSTIN{party.tax_number}" in text
    for part in ("HSN/SAC", "998315", "CGST9%", "SGST9%", "Maharashtra(27)"):
        assert part in text
    assert "ReversechargeNo" in text
    assert "Authorisedsignatory" in text


def test_indian_amounts_are_grouped_in_lakh() -> None:
    invoice = samples.make_invoice("hi")
    line = replace(invoice.lines[0], net=Money.of("1234567.50", "INR"))
    assert "12,34,567.50" in text_of(replace(invoice, lines=(line,)))


def test_a_credit_note_names_the_invoice_it_changes_and_why() -> None:
    text = text_of(samples.make_credit_note("en"))
    assert "CreditNote" in text
    assert "COPY" in text
    assert "INV-2026-000123of31Aug2026" in text
    assert "Servicenotavailable" in text


def test_statements_of_law_and_reasons_are_printed() -> None:
    document = samples.make_reverse_charge_invoice()
    text = text_of(document)
    for statement in LegalStatement:
        assert squeezed(words_for("de")(f"statement_{statement.lower()}")) in text
    for part in (
        "USt:§13bUStG",
        "SteuerinSEK",
        "ENTWURF",
        "Leistungsdatum30.08.2026",
        "Lieferadresse:Lager5",
        "Standort2",
    ):
        assert part in text
    assert document.e_invoice is not None
    assert document.e_invoice.reference in text


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_kind_carries_its_title(kind: DocumentKind) -> None:
    text = text_of(replace(samples.make_invoice(), kind=kind))
    assert squeezed(words_for("en")(f"title_{kind.lower()}")) in text


def test_a_receipt_shows_what_was_paid_and_what_stays_open() -> None:
    text = "".join(pages(render_pdf(samples.make_receipt())))
    for part in ("Receipt", "INV-2026-000101", "420.50", "ZAR1,700.00", "28Aug2026", "Keptonaccount"):
        assert part in text


def test_a_remittance_slip_shows_where_and_what_to_pay() -> None:
    text = "".join(pages(render_pdf(samples.make_remittance_slip())))
    for part in ("RemittanceSlip", "Topay", "Branchcode", "BAN-100482", "https://pay.example/r/100482"):
        assert part in text


def test_a_statement_runs_from_opening_to_closing_with_ageing_and_slip() -> None:
    text = "".join(pages(render_pdf(samples.make_statement())))
    for part in ("Openingbalance", "420.50", "Closingbalance", "2,761.90", "31–60daysoverdue", "Over90daysoverdue"):
        assert part in text
    assert "Paymentslip" in text
    assert "\u221250.00" in text


def test_columns_without_content_are_left_out() -> None:
    invoice = samples.make_invoice()
    line = replace(invoice.lines[1], discount=None, quantity=None, unit_price=None, tax_rate=None)
    text = text_of(replace(invoice, lines=(line,)))
    for label in ("Quantity", "Unitprice", "Discount", "HSN"):
        assert label not in text


def test_a_word_longer_than_its_column_is_broken_not_overprinted() -> None:
    invoice = samples.make_invoice()
    line = replace(invoice.lines[0], description="x" * 300, unit_price=Decimal("0.000000000001"))
    assert text_of(replace(invoice, lines=(line,))).count("x" * 20) >= 1


def test_the_heading_of_a_group_is_said_again_on_the_next_page() -> None:
    invoice = samples.make_invoice(line_count=46)
    grouped = replace(invoice, lines=tuple(replace(line, group="Cape Town") for line in invoice.lines))
    assert [text.count("CapeTown") for text in pages(render_pdf(replace(grouped, buyer=grouped.seller)))] == [1, 1]


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        render_pdf(replace(samples.make_invoice(), accent="blue; drop"))
    assert (refused.value.code, refused.value.field) == ("accent.unreadable", "accent")


def test_a_logo_is_printed_with_its_alternative_text() -> None:
    content = render_pdf(replace(samples.make_invoice(), logo=Logo(SVG_LOGO, alternative="Karoo")))
    assert content != render_pdf(samples.make_invoice())
    assert "Karoo" in str(PdfReader(io.BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]) or b"Karoo" in content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a", "logo.unreadable"),
        (b"\x89PNG\r\n\x1a\nbroken", "logo.unreadable"),
        (b"<svg broken", "logo.unreadable"),
        (b"<svg>" + b" " * 600_000, "logo.too_large"),
    ],
)
def test_a_bad_logo_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        render_pdf(replace(samples.make_invoice(), logo=Logo(content)))
    assert (refused.value.code, refused.value.field) == (code, "logo")


def test_the_page_is_tagged_for_screen_readers_unless_asked_otherwise() -> None:
    root = PdfReader(io.BytesIO(render_pdf(samples.make_invoice()))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert len(render_pdf(samples.make_invoice(), tagged=False)) < len(render_pdf(samples.make_invoice()))


def test_the_pdf_carries_the_documents_own_date() -> None:
    metadata = PdfReader(io.BytesIO(render_pdf(samples.make_invoice()))).metadata
    assert metadata is not None
    assert metadata.title == "Tax Invoice INV-2026-000123"
    assert "2026" in str(metadata.get("/CreationDate"))
