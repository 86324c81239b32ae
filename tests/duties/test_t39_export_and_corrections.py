"""T39: Export any list/report to Excel, and documents to PDF/Word-ready form; import corrections back from Excel with
validation and dry run.
"""

from __future__ import annotations

import io

import pytest
from python_calamine import load_workbook

from billwright.access.states import Role
from billwright.access.tests.builders import act_of, make_user
from billwright.accounts import queries
from billwright.accounts.rows import ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.files.states import ImportKind, ImportState
from billwright.kernel.errors import NotAllowed
from billwright.org.tests.builders import make_entity
from billwright.render.xlsx import write_table
from billwright.workflow.book_import import import_book

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T39")]


@pytest.fixture
def entity():
    return make_entity("KAROO")


@pytest.fixture
def ada():
    return make_user("ada", Role.SERVICE_DESK_AGENT)


@pytest.fixture
def bea():
    return make_user("bea", Role.BILLING_SPECIALIST)


CORRECTIONS = """
mapping: 1
name: corrections
kind: customers
entity: {code: KAROO}
identity: {columns: [Account]}
columns: {account.number: Account, customer.reference: Account, customer.name: Name, contact.email: E-mail}
options: {changed: update}
"""


def account_list(entity, **names):
    """The list of accounts as people get it in Excel, with names corrected by hand."""
    page = queries.list_accounts(queries.AccountFilter(legal_entity_id=entity.id))
    rows = [
        (hit.number, names.get(hit.shown_name.split()[0], hit.shown_name), queries.list_contacts(hit.id)[0].email)
        for hit in page.rows
    ]
    return write_table(title="Accounts", columns=[("Account", "text"), ("Name", "text"), ("E-mail", "text")], rows=rows)


def bring_back(user, content, **options):
    return import_book(
        act=act_of(user),
        kind=ImportKind.CUSTOMERS,
        file_name="accounts.xlsx",
        content=content,
        mapping_text=CORRECTIONS,
        **options,
    )


def test_t39_a_list_goes_to_excel_and_its_corrections_come_back(entity, bea):
    for name in ("Ana Botha", "Boris Petrov"):
        make_account(entity, make_customer(name), contacts=(ContactDraft(email=f"{name[:3].lower()}@example.com"),))
    (sheet,) = [load_workbook(io.BytesIO(account_list(entity))).get_sheet_by_index(0).to_python()]
    assert [row[1] for row in sheet] == ["Name", "Ana Botha", "Boris Petrov"]
    corrected = account_list(entity, Ana="Ana Nel")
    rehearsed = bring_back(bea, corrected, dry_run=True)
    assert (rehearsed.state, rehearsed.faults) == (ImportState.TIED_OUT, ())
    assert [hit.shown_name for hit in queries.search_accounts("ana")] == ["Ana Botha"]
    assert bring_back(bea, corrected).state is ImportState.TIED_OUT
    assert [hit.shown_name for hit in queries.search_accounts("ana")] == ["Ana Nel"]


def test_t39_a_wrong_correction_is_told_and_changes_nothing(entity, bea, ada):
    make_account(entity, make_customer("Ana Botha"), contacts=(ContactDraft(email="ana@example.com"),))
    wrong = account_list(entity, Ana="=1+1")
    report = bring_back(bea, wrong)
    assert (report.state, [fault.row for fault in report.faults]) == (ImportState.DIFFERS, [2])
    with pytest.raises(NotAllowed):
        bring_back(ada, account_list(entity, Ana="Ana Nel"))
    assert [hit.shown_name for hit in queries.search_accounts("ana")] == ["Ana Botha"]
