"""T08: statements of account on demand, scheduled, in batch, as of any date, with ageing and payment slip."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from tests.duties.people import on, person, post_office, say, type_in

from billwright.access.states import Role
from billwright.accounts.operations import update_account
from billwright.accounts.rows import AccountChange, ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.interfaces.cli import report
from billwright.interfaces.jobs.daily import send_scheduled_statements
from billwright.interfaces.jobs.messages import deliver_mail
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.operations import set_convention
from billwright.receivables.tests.builders import make_cash, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T08")]


@pytest.fixture
def books():
    return make_books("KAROO")


def who_gets_mail(books, name):
    mail = ContactDraft(email=f"{name.lower()}@customers.example")
    return make_account(books, make_customer(name), contacts=(mail,))


@pytest.fixture
def ana(books):
    account = who_gets_mail(books, "Ana")
    make_item(account, "100.00", dated="2026-01-05", due="2026-02-04")
    make_cash(account, "30.00", on="2026-02-10")
    return account


@pytest.fixture
def boris(books):
    account = who_gets_mail(books, "Boris")
    make_item(account, "10.00", dated="2026-02-01", due="2026-02-15")
    return account


def words_of(mail):
    [file] = mail.files
    pages = pypdf.PdfReader(io.BytesIO(file.content)).pages
    return " ".join("".join(page.extract_text() for page in pages).split())


def test_t08_on_demand_as_of_any_date_for_one_or_many(ana, boris, tmp_path):
    # 9 February, looked back at: the money of the 10th is not yet there.
    paper, book = tmp_path / "ana.pdf", tmp_path / "both.xlsx"
    [early] = type_in(report.app, "statement", ana.number, "--as-of", "2026-02-09", "--pdf", paper)
    assert (early["closing"], early["ageing"]["1-30"]) == ("100.00", "100.00")
    words = "".join(page.extract_text() for page in pypdf.PdfReader(paper).pages)
    assert "100.00" in words
    # 28 February: both at once, as a workbook of two sheets.
    both = type_in(report.app, "statement", ana.number, boris.number, "--as-of", "2026-02-28", "--xlsx", book)
    assert [row["closing"] for row in both] == ["70.00", "10.00"]
    assert [sum(map(float, row["ageing"].values())) - float(row["unallocated"]) for row in both] == [70.0, 10.0]
    assert book.read_bytes().startswith(b"PK")


def test_t08_by_schedule_each_month_with_the_paper_attached_and_never_twice(books, ana, boris):
    who_gets_mail(books, "Clara")  # owes nothing: gets none
    # 20 January: the company chooses monthly statements; nothing leaves yet.
    monthly = {"option": "statement_schedule", "value": "monthly", "valid_from": date(2026, 1, 20)}
    set_convention(act=make_act(), legal_entity_id=books.id, **monthly)
    with on("2026-02-27"):
        assert send_scheduled_statements(timestamp=0) == 0
    # 1 March: to all whose balance is not zero; the job that runs again sends nothing.
    with on("2026-03-01"):
        assert [send_scheduled_statements(timestamp=0), send_scheduled_statements(timestamp=0)] == [2, 0]
        with post_office() as office:
            assert deliver_mail(timestamp=0) == 2
    to_ana, to_boris = office.mails
    assert (to_ana.to_address, to_boris.to_address) == ("ana@customers.example", "boris@customers.example")
    assert "70.00" in to_ana.body
    assert to_ana.files[0].name == f"statement-{ana.number}-2026-02-28.pdf"
    for words in ("100.00", "30.00", "70.00", ana.number):
        assert words in words_of(to_ana)
    # 1 April: the next month's.
    with on("2026-04-01"):
        assert send_scheduled_statements(timestamp=0) == 2


def test_t08_in_batch_by_hand_at_the_command_line_and_by_a_program(books, ana, boris):
    # Boris wants paper: the batch leaves him out, asked for by name he gets it all the same.
    update_account(act=make_act(), account_id=boris.id, version=boris.version, change=AccountChange(delivery="POST"))
    said = say(report.app, "send-statements", "KAROO", "--as-of", "2026-02-28")
    assert said.startswith("1 statements queued")
    bea = person("bea", Role.BILLING_SPECIALIST)
    order = {"legal_entity_id": books.id, "as_of": "2026-02-28", "account_ids": [boris.id]}
    assert bea.api("post", "/reports/statements/send", order, status=202) == {"queued": 1}


def test_t08_who_cannot_be_reached_is_named_and_nobody_else_gets_mail(books, ana):
    silent = make_account(books, make_customer("Dora"))
    bea = person("bea", Role.BILLING_SPECIALIST)
    order = {"legal_entity_id": books.id, "as_of": "2026-02-28", "account_ids": [ana.id, silent.id]}
    refused = bea.api("post", "/reports/statements/send", order, status=422)
    assert refused["code"] == "statement.no_address"
    assert silent.number in refused["detail"]
    assert send_again(bea, books, ana) == {"queued": 1}


def send_again(bea, books, ana):
    order = {"legal_entity_id": books.id, "as_of": "2026-02-28", "account_ids": [ana.id]}
    return bea.api("post", "/reports/statements/send", order, status=202)
