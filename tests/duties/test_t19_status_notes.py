"""T19: Keep the latest account (BAN) status note: structured, older ones kept; search and bulk export.

Cole collects and works at the page, Bea sets many at once by a program, Lea takes all of them along in Excel.
"""

from __future__ import annotations

import io

import pytest
from python_calamine import load_workbook
from tests.duties.people import on, person, say

from billwright.access.states import Role
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.interfaces.cli import accounts as accounts_cli
from billwright.ledger.tests.builders import make_books

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T19")]


@pytest.fixture
def books():
    return make_books("KAROO")


def test_t19_on_top_of_the_page_kept_below_searched_and_exported(books, tmp_path):
    ana, boris, clara = (make_account(books, make_customer(name)) for name in ("Ana", "Boris", "Clara"))
    cole, bea = person("cole", Role.COLLECTOR), person("bea", Role.BILLING_SPECIALIST)
    # 10 March: Cole says how it stands, why, and what comes next.
    note = {"status": "Waiting", "cause": "No purchase order", "next_action": "Call the buyer"}
    with on("2026-03-10"):
        cole.sends("account-status", ana.id, next_action_on="2026-03-20", **note)
        page = cole.reads("account", ana.id)
    for words in (*note.values(), "20 Mar 2026", "Cole"):
        assert words in page
    # 12 March: Bea sets two at once; hers is on top, his is kept.
    drafts = [{"account_id": account.id, "status": "Billed again"} for account in (ana, boris)]
    with on("2026-03-12"):
        bea.api("post", "/status-notes", {"notes": drafts}, status=201)
        top, older = bea.api("get", f"/accounts/{ana.id}/status-notes")
    assert (top["status"], top["author"], older["cause"]) == ("Billed again", bea.actor, "No purchase order")
    # Found by its words, though no longer the latest.
    found = bea.api("get", "/status-notes/search", {"text": "purchase order"})["data"]
    assert [row["account_id"] for row in found] == [ana.id]
    # All of a company in one workbook; Clara has none.
    sheet = tmp_path / "notes.xlsx"
    say(accounts_cli.app, "status-notes", "--entity", "KAROO", "--xlsx", sheet)
    rows = load_workbook(io.BytesIO(sheet.read_bytes())).get_sheet_by_index(0).to_python()
    cells = {str(cell) for row in rows for cell in row}
    assert {ana.number, boris.number, "Billed again"} <= cells
    assert clara.number not in cells
