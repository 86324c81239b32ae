"""The bank inbox by hand, from the upload to the receipt; and a question to the rules."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import load_workbook

from billwright.access.states import Role
from billwright.interfaces.web import paging
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.kernel import clock
from billwright.kernel.tests.builders import make_act
from billwright.org.models import LegalEntity
from billwright.org.tests.builders import make_entity
from billwright.payments.queries.bank import list_bank_entries, list_bank_files, list_statements
from billwright.workflow.bank_inbox.tests.builders import make_bank_account, mt940

pytestmark = pytest.mark.django_db

GOOD = mt940(("260302", "12.30", "INV 7"), ("260303", "-2.30", "FEE"))


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(make_act(at="2026-04-01T09:00:00").at):
        yield


@pytest.fixture
def cashier():
    make_bank_account()
    return logged_in(Role.CASH_APPLIER)


def sent(client, content=GOOD):
    answer = client.post("/bank/files/new/", {"file": SimpleUploadedFile("march.sta", content.encode()), "account": ""})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return answer["Location"]


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()[-500:]
    return answer.content.decode()


def test_with_nothing_in_it_the_inbox_tells_how_to_begin(cashier):
    assert "Nothing has come from a bank yet" in page(cashier, "/bank/")


def test_a_file_is_taken_in_and_seen(cashier):
    url = sent(cashier)
    shown = page(cashier, url)
    assert "Taken" in shown
    assert 'class="toast" data-tone="good"' in shown
    inbox = page(cashier, "/bank/")
    assert "INV 7" in inbox
    assert "FEE" in inbox
    assert "FEE" not in page(cashier, "/bank/?view=new-in")
    assert "INV 7" not in page(cashier, "/bank/?view=new-out")
    assert "INV 7" in page(cashier, "/bank/?q=inv")
    [file] = list_bank_files()
    assert "march.sta" in page(cashier, "/bank/files/")
    [entry, _other] = list_bank_entries()
    assert "Adds up" in page(cashier, f"/bank/statements/{entry.statement_id}/")
    assert file.new_count == 2


def test_a_file_that_is_wrong_says_why(cashier):
    url = sent(cashier, mt940(("260302", "12.30", "X"), closing="1.00"))
    shown = page(cashier, url)
    assert "Set aside" in shown
    assert "Nothing of it was taken" in shown
    assert 'class="toast" data-tone="warn"' in shown


def test_a_gap_is_shown_above_the_list(cashier):
    sent(cashier)
    sent(cashier, mt940(("260310", "1.00", "A"), opening="500.00", number="9"))
    assert "a statement is missing" in page(cashier, "/bank/")


def test_what_came_in_becomes_receipts(cashier):
    sent(cashier)
    assert "1 receipt is made" in drawer_asked(cashier, "/bank/receive/")
    assert cashier.post("/bank/receive/", {}).status_code == 302
    assert {entry.state for entry in list_bank_entries()} == {"NEW", "RECEIVED"}
    assert "Receipt" in page(cashier, "/bank/")


def test_an_entry_is_left_out_and_taken_back(cashier):
    sent(cashier)
    fee = next(entry for entry in list_bank_entries() if entry.remittance == "FEE")
    assert cashier.post(f"/bank/entries/{fee.id}/ignore/", {"reason": "Bank fee"}).status_code == 302
    assert "FEE" in page(cashier, "/bank/?view=ignored")
    assert cashier.post(f"/bank/entries/{fee.id}/reopen/", {}).status_code == 302
    assert "FEE" not in page(cashier, "/bank/?view=ignored")


def test_the_list_is_exported_and_costs_the_same_whatever_its_length(cashier, django_assert_max_num_queries):
    sent(cashier, mt940(*[("260302", f"{number}.00", f"T{number}") for number in range(1, 60)]))
    with django_assert_max_num_queries(16):
        page(cashier, "/bank/")
    assert cashier.get("/bank/?export=xlsx")["Content-Type"].startswith("application/vnd.openxml")


def test_a_long_list_is_exported_whole_from_wherever_it_is_read(cashier, monkeypatch):
    monkeypatch.setattr(paging, "EXPORT_CHUNK", 20)
    sent(cashier, mt940(*[("260302", f"{number}.00", f"T{number}") for number in range(1, 60)]))
    [file] = list_bank_files()
    statement = list_statements(file_id=file.id)[0].id
    for url in ("/bank/", f"/bank/statements/{statement}/"):
        [following] = re.findall(r'href="(\?[^"]*)" rel="next"', page(cashier, url))
        assert page(cashier, url + following.replace("&amp;", "&")).count("<tr") == 1 + 9
        book = load_workbook(io.BytesIO(cashier.get(f"{url}{following}&export=xlsx").content))
        assert len(book.get_sheet_by_index(0).to_python()) == 1 + 59


def test_who_may_not_see_the_bank_sees_nothing_of_it(cashier):
    sent(cashier)
    agent = logged_in(Role.SERVICE_DESK_AGENT, username="anton")
    for url in ("/bank/", "/bank/files/", "/bank/files/new/", "/bank/receive/"):
        assert agent.get(url).status_code == 403


def test_a_statement_of_another_company_is_not_there(cashier):
    sent(cashier)
    [entry, _other] = list_bank_entries()
    rila = LegalEntity.objects.get(pk=make_entity("RILA").id)
    stranger = logged_in(Role.CASH_APPLIER, username="anton", legal_entity=rila)
    assert stranger.get(f"/bank/statements/{entry.statement_id}/").status_code == 404


def test_a_question_to_the_rules(cashier):
    shown = page(cashier, "/rules/")
    assert [words in shown for words in ("Ask the rule", "Tried so far", "Debits sent")] == [True, True, False]
    assert "Debits sent" in page(cashier, "/rules/?question=return-rate")
    answer = page(cashier, "/rules/?question=retry&scheme=nacha&code=R01&attempts=1&on=2026-03-02")
    assert "Yes" in answer
    assert "nacha.reinitiation" in answer
    refused = cashier.get("/rules/?question=retry&scheme=nacha&code=R99")
    assert (refused.status_code, "no code" in refused.content.decode()) == (422, True)
