"""The search: what it reads in the box, where it looks, and what it keeps from whom."""

from decimal import Decimal

import pytest

from billwright.access.states import Role
from billwright.interfaces.web.search.sources import amount_asked
from billwright.interfaces.web.tests.builders import logged_in
from billwright.invoicing.tests.builders import line, make_company, make_issued, make_payer
from billwright.org.tests.builders import make_entity
from billwright.receivables.tests.builders import make_ana, make_cash


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("=1,149.00", "1149.00"),
        ("=1.149,00", "1149.00"),
        ("= 1 149", "1149"),
        ("=12.5", "12.5"),
        ("=-3.10", "-3.10"),
        ("=1,149", "1149"),
    ],
)
def test_an_amount_is_read_in_either_grouping(typed, amount):
    assert amount_asked(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1149.00", "=", "=abc", "==1", "=NaN"])
def test_what_is_no_amount_stays_text(typed):
    assert amount_asked(typed) is None


@pytest.mark.django_db
def test_pages_are_found_by_name():
    make_entity()
    page = logged_in(Role.AUDITOR).get("/search/suggest/?q=my wo").content.decode()
    assert "My work" in page


@pytest.mark.django_db
def test_nothing_found_says_what_to_try():
    make_entity()
    page = logged_in(Role.AUDITOR).get("/search/?q=zzz").content.decode()
    assert "Nothing found" in page


@pytest.mark.django_db
def test_the_only_hit_is_opened():
    make_entity()
    assert logged_in(Role.AUDITOR).get("/search/?q=My work")["Location"] == "/"


@pytest.mark.django_db
def test_an_invoice_is_found_by_its_number_and_opened():
    invoice = make_issued(make_payer(make_company()), line(unit_price="1149.00"))
    answer = logged_in(Role.AUDITOR).get(f"/search/?q={invoice.number.lower()}")
    assert answer["Location"] == f"/invoices/{invoice.id}/"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["=1,321.35", "=1321.35"])
def test_an_invoice_is_found_by_its_amount(typed):
    invoice = make_issued(make_payer(make_company()), line(unit_price="1149.00"))
    answer = logged_in(Role.AUDITOR).get("/search/", {"q": typed})
    assert answer["Location"] == f"/invoices/{invoice.id}/"


@pytest.mark.django_db
def test_an_amount_of_another_size_is_not_found():
    make_issued(make_payer(make_company()), line(unit_price="1149.00"))
    page = logged_in(Role.AUDITOR).get("/search/", {"q": "=132135"}).content.decode()
    assert "Nothing found" in page


@pytest.mark.django_db
def test_who_may_not_see_payments_does_not_find_them():
    make_cash(make_ana(), "100.00")
    reference = {"q": "=100.00"}
    assert "Payments" in logged_in(Role.AUDITOR).get("/search/suggest/", reference).content.decode()
    stranger = logged_in(Role.ADMINISTRATOR, username="gil")
    assert "Payments" not in stranger.get("/search/suggest/", reference).content.decode()
