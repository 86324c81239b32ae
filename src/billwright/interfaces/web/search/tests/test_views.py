"""The search: what it reads in the box, where it looks, and what it keeps from whom."""

from decimal import Decimal

import pytest

from billwright.access.states import Role
from billwright.interfaces.web.search.sources import amount_asked
from billwright.interfaces.web.tests.builders import logged_in
from billwright.org.tests.builders import make_entity


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
