"""The reports through Django's client: ageing as of any day, the statement, the reconciliation of all accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.urls import reverse

from billwright.access.states import Role
from billwright.accounts.rows import ContactDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.comms.queries import list_messages
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel import clock
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.models import LegalEntity
from billwright.receivables.operations import allocate
from billwright.receivables.rows import AllocationPart
from billwright.receivables.tests.builders import make_cash, make_item

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def books():
    return make_books("KAROO")


@pytest.fixture
def ana(books):
    contact = ContactDraft(name="Ana Botha", email="ana@example.invalid")
    account = make_account(books, make_customer("Ana Botha"), contacts=(contact,))
    paid, _open = make_item(account, "500.00", due="2026-01-15"), make_item(account, "200.00", due="2026-03-05")
    cash = make_cash(account, "500.00", on="2026-03-01")
    allocate(act=make_act(), parts=[AllocationPart(open_item_id=paid.pk, cash_id=cash.pk)])
    return account


@pytest.fixture
def felix(books):
    return logged_in(Role.FINANCE_MANAGER)


def asked(client, page_name, /, *args, **query):
    answer = client.get(reverse(f"web:{page_name}", args=args), query)
    assert answer.status_code == 200, answer.content[:800]
    return answer


def figures(answer):
    (total,) = answer.context["report"].totals
    return [str(amount.decimal) for amount in total.buckets]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-03-10", ["0.00", "200.00", "0.00", "0.00", "0.00"]),
        ("2026-02-28", ["200.00", "0.00", "500.00", "0.00", "0.00"]),
    ],
)
def test_ageing_is_asked_as_of_any_day_and_ties(felix, ana, as_of, expected):
    answer = asked(felix, "ageing", as_of=as_of)
    assert figures(answer) == expected
    assert "Ties with the ledger" in answer.content.decode()
    assert ana.number in answer.content.decode()


def test_ageing_takes_own_buckets_and_the_document_date(felix, ana):
    answer = asked(felix, "ageing", buckets="0,7,70", by="document")
    assert figures(answer) == ["0.00", "0.00", "200.00", "0.00"]
    assert "over 70 days" in answer.content.decode()


@pytest.mark.parametrize("buckets", ["30,7", "a,b", "-5,3"])
def test_buckets_that_make_no_sense_are_refused_on_their_field(felix, ana, buckets):
    assert asked(felix, "ageing", buckets=buckets).context["filters"].errors["buckets"]


def test_ageing_is_narrowed_to_a_customer_or_a_currency(felix, ana, books):
    boris = make_account(books, make_customer("Boris Petrov"))
    make_item(boris, "70.00", due="2026-03-01")
    assert figures(asked(felix, "ageing", customer="Boris"))[1] == "70.00"
    assert figures(asked(felix, "ageing", currency="ZAR"))[1] == "270.00"
    assert reverse("web:customer", args=[boris.customer_id]) in asked(felix, "ageing", per="CUSTOMER").content.decode()


def test_ageing_is_taken_along_as_a_workbook(felix, ana):
    assert asked(felix, "ageing", export="xlsx").content.startswith(b"PK")


def test_ageing_costs_the_same_however_many_owe(felix, ana, books, django_assert_max_num_queries):
    for name in ("Boris", "Clara", "Dora"):
        make_item(make_account(books, make_customer(name)), due="2026-03-01")
    with django_assert_max_num_queries(25):
        asked(felix, "ageing")


def test_a_past_day_of_a_large_book_stands_at_once_and_its_figures_follow(felix, ana, monkeypatch):
    monkeypatch.setattr("billwright.reporting.size.ITEMS_READ_AT_ONCE", -2)
    waiting = asked(felix, "ageing", as_of="2026-02-28")
    assert "report" not in waiting.context
    assert "as_of=2026-02-28" in waiting.content.decode()
    followed = felix.get(reverse("web:ageing"), {"as_of": "2026-02-28"}, headers={"HX-Request": "true"})
    assert figures(followed) == figures(asked(felix, "ageing", as_of="2026-02-28", whole="yes"))
    assert "report" in asked(felix, "ageing").context  # today is read from the sums that are kept


def test_ageing_shows_no_other_books(ana):
    other = make_books("VITOSHA")
    clara = logged_in(Role.COLLECTOR, username="clara", legal_entity=LegalEntity.objects.get(pk=other.id))
    assert ana.number not in asked(clara, "ageing").content.decode()


def test_the_statement_runs_from_opening_to_closing(felix, ana):
    answer = asked(felix, "statement", ana.id, since="2026-02-01", until="2026-03-10")
    statement = answer.context["statement"]
    assert (str(statement.opening), str(statement.closing)) == ("700.00 ZAR", "200.00 ZAR")
    assert "Payment received" in answer.content.decode()


def test_the_statement_is_a_paper_and_a_workbook(felix, ana):
    assert asked(felix, "statement-pdf", ana.id).content.startswith(b"%PDF")
    assert asked(felix, "statement", ana.id, export="xlsx").content.startswith(b"PK")


def mailed(client, account):
    address = reverse("web:statement-mail", args=[account.id])
    return client.post(address, {"until": "2026-03-10"}, headers={"HX-Request": "true"})


def test_the_statement_is_mailed_once_for_a_day(felix, ana):
    drawer = felix.get(reverse("web:statement-mail", args=[ana.id]), {"until": "2026-02-28"})
    assert "2026-02-28" in drawer.content.decode()
    assert (mailed(felix, ana).status_code, mailed(felix, ana).status_code) == (204, 204)
    (message,) = list_messages()
    assert (message.purpose, message.about) == ("statement.issued", f"statement:{ana.id}:2026-03-10")


def test_without_an_address_the_mail_is_refused_in_its_drawer(felix, books):
    silent = make_account(books, make_customer("Clara Naidoo"))
    answer = mailed(felix, silent)
    assert (answer.status_code, "no billing contact" in answer.content.decode()) == (422, True)
    assert list_messages() == []


def test_who_may_not_mail_has_no_button_and_is_refused(ana):
    auditor = logged_in(Role.AUDITOR, username="olga")
    assert reverse("web:statement-mail", args=[ana.id]) not in asked(auditor, "statement", ana.id).content.decode()
    assert mailed(auditor, ana).status_code == 403
    assert list_messages() == []


@pytest.mark.duty("H12")
def test_all_accounts_tie(felix, ana):
    text = asked(felix, "reconciliation").content.decode()
    assert "1 account ties" in text
    assert ana.number in text


@pytest.mark.unties
def test_an_item_that_differs_is_named(felix, ana, as_owner):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("update receivables_open_item set open_minor = open_minor - 1 where open_minor = 20000")
    answer = asked(felix, "reconciliation")
    assert "1 account of 1 differs" in answer.content.decode()
    assert [str(row.kind) for row, _words, _url in answer.context["differences"]] == ["ITEM"]


def test_the_reports_are_found_by_those_who_may(felix):
    text = asked(felix, "reports").content.decode()
    assert reverse("web:ageing") in text
    assert reverse("web:reconciliation") in text
    desk = logged_in(Role.ADMINISTRATOR, username="admin")
    assert desk.get(reverse("web:reports")).status_code == 403


def test_reports_over_a_large_book_let_their_figures_follow(felix, ana, monkeypatch):
    monkeypatch.setattr("billwright.reporting.size.ITEMS_READ_AT_ONCE", -2)
    for name in ("coverage", "anomalies", "performance", "mrr", "reconciliation"):
        waiting = asked(felix, name)
        assert b'id="awaited"' in waiting.content, name
        figures = felix.get(reverse(f"web:{name}"), headers={"HX-Request": "true"})
        assert figures.status_code == 200, name
        assert b'id="awaited"' not in figures.content, name
