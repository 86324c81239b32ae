"""T39: Export any list/report to Excel, and documents to PDF/Word-ready form; import corrections back from Excel with
validation and dry run.

Bea takes the list of accounts along, mends a name in Excel, tries the file and brings it back.
"""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from python_calamine import load_workbook
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.accounts.rows import ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.interfaces.cli import imports
from billwright.kernel.models import AuditEvent
from billwright.ledger.tests.builders import make_books
from billwright.receivables.tests.builders import make_item
from billwright.render.xlsx import write_table

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T39")]

MAPPING = """
mapping: 1
name: corrections
kind: customers
entity: {code: KAROO}
identity: {columns: [Account]}
columns: {account.number: Account, customer.reference: Account, customer.name: Name}
options: {changed: update}
"""


@pytest.fixture
def books():
    return make_books("KAROO")


@pytest.fixture
def bea():
    return person("bea", Role.BILLING_SPECIALIST)


@pytest.fixture
def ana(books):
    account = make_account(books, make_customer("Ana Botha"), contacts=(ContactDraft(email="ana@customers.example"),))
    make_item(account, "115.00", dated="2026-01-05", due="2026-02-04")
    return account


def rows_of(content: bytes) -> list[list[object]]:
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def table_of(content: bytes, column: str) -> tuple[list[str], list[list[object]]]:
    """The head and the rows of a sheet whose table begins where a column's name stands."""
    rows = rows_of(content)
    [start] = [place for place, row in enumerate(rows) if column in row]
    return [str(cell) for cell in rows[start]], rows[start + 1 :]


def bring_back(folder: Path, *words: str, exit_code: int = 0):
    book, mapping = folder / "accounts.xlsx", folder / "corrections.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    asked = ("customers", book, "--mapping", mapping, "--errors", folder / "errors.csv", "--as", "bea", *words)
    return type_in(imports.app, *asked, exit_code=exit_code)


def corrected(content: bytes, folder: Path, **names: str) -> None:
    """The exported list with names mended by hand, saved from Excel."""
    head, rows = table_of(content, "Account")
    account, name = head.index("Account"), head.index("Name")
    kept = [(row[account], names.get(str(row[name]).split()[0], row[name])) for row in rows if row[account]]
    saved = write_table(title="Accounts", columns=[("Account", "text"), ("Name", "text")], rows=kept)
    (folder / "accounts.xlsx").write_bytes(saved)


def test_t39_a_list_goes_to_excel_is_mended_tried_and_brought_back(books, ana, bea, tmp_path):
    make_account(books, make_customer("Boris Petrov"), contacts=(ContactDraft(email="boris@customers.example"),))
    exported = bea.opens("accounts", export="xlsx").content
    assert {"Ana Botha", "Boris Petrov"} <= {cell for row in rows_of(exported) for cell in row}
    corrected(exported, tmp_path, Ana="Ana Nel")
    # The rehearsal says what would be, and changes nothing.
    rehearsed = bring_back(tmp_path, "--dry-run")
    assert (rehearsed["state"], rehearsed["faults"]) == ("TIED_OUT", [])
    assert "Ana Botha" in bea.reads("account", ana.id)
    # The import does it; who, when and out of which file stands in the history.
    assert bring_back(tmp_path)["state"] == "TIED_OUT"
    page = bea.reads("account", ana.id)
    assert "Ana Nel" in page
    assert "Ana Botha" in bea.reads("account-history", ana.id)


def test_t39_a_wrong_correction_is_told_by_its_row_and_nothing_of_it_changes(ana, bea, tmp_path):
    corrected(bea.opens("accounts", export="xlsx").content, tmp_path, Ana="=1+1")
    told = bring_back(tmp_path, exit_code=1)
    assert [fault["row"] for fault in told["faults"]] == [2]
    assert "Ana Botha" in bea.reads("account", ana.id)


def test_t39_every_report_in_excel_and_every_paper_as_pdf(books, ana, bea):
    with on("2026-03-10"):
        for page, arguments in (
            ("accounts", ()), ("invoices", ()), ("payments", ()), ("ageing", ()), ("reconciliation", ()),
            ("account", (ana.id,)), ("statement", (ana.id,)),
        ):  # fmt: skip
            answer = bea.opens(page, *arguments, export="xlsx")
            assert answer.content.startswith(b"PK"), (page, answer.content[:300])
        paper = bea.opens("statement-pdf", ana.id)
    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "115.00" in words


def test_t39_who_may_not_export_gets_no_list(ana):
    sven = person("sven", Role.SALES_READ_ONLY)
    assert sven.opens("accounts", export="xlsx").status_code == 403
    assert AuditEvent.objects.filter(verb="export.run", actor=sven.actor).count() == 0
