"""D05: Create and update account profiles with validation, duplicate detection and merge that keeps history.

Ada answers the desk, Bea bills. Everything is done on the pages, and looked at there.
"""

from __future__ import annotations

import pytest
from tests.duties.people import person

from billwright.access.states import Role
from billwright.accounts import queries
from billwright.ledger.tests.builders import make_books
from billwright.receivables.tests.builders import make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("D05")]

KAROO = {
    "name": "Karoo Hosting (Pty) Ltd",
    "kind": "ORGANIZATION",
    "country": "ZA",
    "timezone": "Africa/Johannesburg",
    "language": "en",
}


@pytest.fixture
def books():
    return make_books("KAROO")


@pytest.fixture
def ada():
    return person("ada", Role.SERVICE_DESK_AGENT)


@pytest.fixture
def bea():
    return person("bea", Role.BILLING_SPECIALIST)


def last_number(answer):
    return int(answer["Location"].split("?")[0].strip("/").split("/")[-1])


def opened(who, books, **changed):
    """A customer with an account, made by hand; their numbers."""
    customer = last_number(who.sends("customer-new", **(KAROO | changed)))
    account = {
        "legal_entity_id": books.id,
        "currency": "ZAR",
        "opened_on": "2026-03-01",
        "delivery": "EMAIL",
        "tax_treatment": "DOMESTIC",
        "email": "pay@karoo.example",
    }
    return customer, last_number(who.sends("account-new", customer, **account))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"country": "QQ"}, "country"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"tax_number": "123"}, "tax_number"),
    ],
)
def test_d05_a_profile_that_cannot_be_is_refused_beside_the_field(books, ada, wrong, field):
    refused = ada.sends("customer-new", expecting=422, **(KAROO | wrong))
    assert field in refused.context["form"].errors
    assert queries.list_customers() == []


def test_d05_two_people_on_one_profile_do_not_overwrite_each_other(books, ada, bea):
    customer, _account = opened(ada, books)
    version = queries.get_customer(customer).version
    ada.sends("customer-change", customer, **(KAROO | {"language": "af", "version": version, "reason": "She asked"}))
    late = KAROO | {"name": "Karoo Net", "version": version}
    told = bea.sends("customer-change", customer, expecting=422, **late)
    assert "Ada" in told.content.decode()
    assert (queries.get_customer(customer).name, queries.get_customer(customer).language) == (KAROO["name"], "af")


def test_d05_a_customer_found_twice_becomes_one_and_two_again_and_nothing_is_lost(books, ada, bea):
    (first, hers), (second, other) = opened(ada, books), opened(ada, books, name="KAROO Hosting")
    make_item(queries.get_account(other), "115.00")
    # The second is found from the first, with the reasons; Ada may look, only Bea may merge.
    found = ada.reads("customer-duplicates", first)
    assert "KAROO Hosting" in found
    ada.sends("customer-merge", first, second, expecting=403, reason="The same company")
    bea.sends("customer-merge", first, second, reason="The same company")
    # Both accounts are on the one customer now, with what they owe, and the merged one says where it went.
    page = bea.reads("customer", first)
    for words in (queries.get_account(hers).number, queries.get_account(other).number, "115.00"):
        assert words in page
    assert KAROO["name"] in bea.reads("customer", second)
    # It was a mistake: undone, each has its own again, and the history tells all of it.
    bea.sends("customer-undo-merge", second)
    assert [row.id for row in queries.list_customer_accounts(second)] == [other]
    assert [row.id for row in queries.list_customer_accounts(first)] == [hers]
    verbs = [row.verb for row in queries.list_changes(customer_id=second)]
    assert verbs == ["customer.undo_merge", "customer.merge", "customer.create"]
