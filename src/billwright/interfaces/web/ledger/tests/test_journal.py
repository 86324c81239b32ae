"""The journal: pages by key, entries, the export, manual journals and their reversal by approval."""

import io
from datetime import date

import pytest
from python_calamine import load_workbook

from billwright.access.approvals import list_approvals
from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.interfaces.web.paging import PAGE_SIZE
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.kernel.models import AuditEvent
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import ManualJournal, ManualLine, post_manual_journal
from billwright.ledger.queries import account_ids, entries
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import make_books, make_entry

pytestmark = pytest.mark.django_db


def account_of(books, role: LedgerRole) -> int:
    return account_ids(books.id)[(role, "")]


def make_journal(books) -> int:
    lines = tuple(
        ManualLine(account_of(books, role), Money.of(amount, "ZAR"))
        for role, amount in ((LedgerRole.BANK_CHARGES, "5.00"), (LedgerRole.BANK, "-5.00"))
    )
    return post_manual_journal(act=make_act(), journal=ManualJournal(books.id, date(2026, 1, 31), "Charges", lines))


def journal_form(books, **changes: str) -> dict[str, str]:
    return {
        "line_count": "4",
        "accounting_date": "2026-01-31",
        "currency": "ZAR",
        "narration": "Bank charges",
        "reason": "From the statement",
        "line-0-account": str(account_of(books, LedgerRole.BANK_CHARGES)),
        "line-0-debit": "1,005.20",
        "line-1-account": str(account_of(books, LedgerRole.BANK)),
        "line-1-credit": "1005.20",
        **changes,
    }


def test_a_long_journal_goes_on_and_repeats_no_entry():
    books = make_books()
    ids = [make_entry(books) for _ in range(PAGE_SIZE + 3)]
    client = logged_in(Role.FINANCE_MANAGER)
    first = client.get("/ledger/journal/").context["table"]
    second = client.get("/ledger/journal/" + first.next_url).context["table"]
    assert [row.id for row in [*first.rows, *second.rows]] == sorted(ids, reverse=True)
    assert second.next_url == ""


def test_an_unreadable_place_is_refused_with_a_cure():
    make_books()
    answer = logged_in(Role.FINANCE_MANAGER).get("/ledger/journal/?cursor=zz")
    assert answer.status_code == 400
    assert "from its beginning" in answer.content.decode()


def test_the_journal_asks_as_often_whatever_its_length(django_assert_num_queries):
    books = make_books()
    for _ in range(5):
        make_entry(books)
    client = logged_in(Role.FINANCE_MANAGER)
    with django_assert_num_queries(8):
        client.get("/ledger/journal/")


def test_the_postings_of_an_account_ask_as_often_whatever_their_number(django_assert_num_queries):
    books = make_books()
    for _ in range(5):
        make_entry(books)
    client = logged_in(Role.FINANCE_MANAGER)
    with django_assert_num_queries(11):
        client.get(f"/ledger/accounts/{account_of(books, LedgerRole.BANK)}/")


def test_an_entry_shows_its_sides_and_no_reversal_of_what_is_not_manual():
    answer = logged_in(Role.FINANCE_MANAGER).get(f"/ledger/journal/{make_entry(make_books())}/")
    assert len(answer.context["sides"]) == 2
    assert not answer.context["may_reverse"]


def test_spreadsheets_of_entries_and_postings_go_past_the_most_that_a_read_answers(monkeypatch):
    monkeypatch.setattr(entries, "PAGE_MAX", 2)
    books = make_books()
    made = [make_entry(books) for _ in range(5)]
    client = logged_in(Role.FINANCE_MANAGER)
    for url in ("/ledger/journal/", f"/ledger/accounts/{account_of(books, LedgerRole.BANK)}/"):
        header, *rows = sheet_of(client, url)
        assert len(rows) == len(made), url
    header, *rows = sheet_of(client, "/ledger/journal/")
    assert {type(row[header.index("Amount")]) for row in rows} == {float}, "a spreadsheet adds them up"


def sheet_of(client, url):
    book = load_workbook(io.BytesIO(client.get(url, {"export": "xlsx"}).content))
    return book.get_sheet_by_index(0).to_python()


def test_the_journal_goes_out_as_csv_with_every_posting():
    make_entry(make_books())
    url = "/ledger/journal/export/?since=2026-01-01&until=2026-01-31&form=csv&download=1"
    answer = logged_in(Role.FINANCE_MANAGER).get(url)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 3
    assert ",115.00," in lines[1]
    assert AuditEvent.objects.filter(verb="export.run").count() == 1


def test_the_form_of_the_export_leads_to_the_file():
    make_books()
    client = logged_in(Role.FINANCE_MANAGER)
    form = {"since": "2026-01-01", "until": "2026-01-31", "form": "xlsx"}
    answer = client.post("/ledger/journal/export/", form, headers={"HX-Request": "true"})
    assert "download=1" in answer["HX-Redirect"]
    assert client.get(answer["HX-Redirect"]).content.startswith(b"PK")


def test_a_manual_journal_goes_to_another_person():
    books = make_books()
    client = logged_in(Role.FINANCE_MANAGER)
    make_user("clara", Role.FINANCE_MANAGER)
    answer = client.post("/ledger/journal/new/", journal_form(books))
    assert answer.status_code == 302
    (asked,) = list_approvals()
    assert (asked.verb, asked.amount) == ("journal_entry.post_manual", Money.of("1005.20", "ZAR"))
    assert "Clara" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"line-1-credit": "1005.19"}, "differ by"),
        ({"line-0-debit": "abc"}, "not an amount"),
        ({"line-0-credit": "1"}, "either a debit or a credit"),
        ({"line-0-debit": "-5"}, "positive amount"),
        ({"line-0-account": ""}, "Choose the account"),
        ({"accounting_date": "2031-01-31"}, "No accounting period"),
        ({"narration": ""}, "This field is required"),
        ({"line-0-debit": "1005.201", "line-1-credit": "1005.201"}, "more decimal places"),
    ],
)
def test_a_wrong_journal_is_refused_beside_what_is_wrong(changes, words):
    books = make_books()
    answer = logged_in(Role.FINANCE_MANAGER).post("/ledger/journal/new/", journal_form(books, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list_approvals() == []


def test_more_lines_keep_what_was_typed():
    books = make_books()
    page = logged_in(Role.FINANCE_MANAGER).post("/ledger/journal/new/", journal_form(books, more="1")).content.decode()
    assert "line-7-account" in page
    assert 'value="1,005.20"' in page


def test_a_control_account_is_not_offered():
    books = make_books()
    drawer = drawer_asked(logged_in(Role.FINANCE_MANAGER), "/ledger/journal/new/")
    assert "Trade receivables" not in drawer
    assert f'value="{account_of(books, LedgerRole.BANK)}"' in drawer


def test_a_manual_journal_is_reversed_by_approval():
    entry_id = make_journal(make_books())
    client = logged_in(Role.FINANCE_MANAGER)
    assert client.get(f"/ledger/journal/{entry_id}/").context["may_reverse"]
    form = {"on": "2026-02-28", "reason": "Booked twice"}
    assert client.post(f"/ledger/journal/{entry_id}/reverse/", form).status_code == 302
    assert [asked.verb for asked in list_approvals()] == ["journal_entry.reverse"]


def test_an_auditor_is_offered_no_act():
    books = make_books()
    client = logged_in(Role.AUDITOR)
    assert "journal/new" not in client.get("/ledger/journal/").content.decode()
    assert client.post("/ledger/journal/new/", journal_form(books)).status_code == 403
