"""D05: Create and update account profiles with validation, duplicate detection and merge that keeps history."""

from __future__ import annotations

import pytest

from billwright.access.states import Role
from billwright.access.tests.builders import act_of, make_user
from billwright.accounts import operations, queries
from billwright.accounts.rows import ContactDraft, CustomerChange, CustomerDraft
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.errors import Conflict, NotAllowed, Refusal
from billwright.org.tests.builders import make_entity

pytestmark = [pytest.mark.django_db, pytest.mark.duty("D05")]


@pytest.fixture
def entity():
    return make_entity("KAROO")


@pytest.fixture
def ada():
    return make_user("ada", Role.SERVICE_DESK_AGENT)


@pytest.fixture
def bea():
    return make_user("bea", Role.BILLING_SPECIALIST)


@pytest.fixture
def vera():
    return make_user("vera", Role.AUDITOR)


def test_d05_two_people_on_one_profile_do_not_overwrite_each_other(ada, bea):
    customer = make_customer()
    operations.update_customer(
        act=act_of(ada), customer_id=customer.id, version=customer.version, change=CustomerChange(language="af")
    )
    with pytest.raises(Conflict, match="Ada changed language"):
        operations.update_customer(
            act=act_of(bea), customer_id=customer.id, version=customer.version, change=CustomerChange(name="Ana Nel")
        )


def test_d05_a_customer_found_twice_is_merged_and_nothing_is_lost(entity, ada, bea, vera):
    mail = (ContactDraft(email="pay@karoo.example"),)
    first, second = make_customer("Karoo Hosting (Pty) Ltd"), make_customer("KAROO Hosting")
    accounts = [make_account(entity, customer, contacts=mail) for customer in (first, second)]
    operations.update_customer(act=act_of(ada), customer_id=second.id, version=1, change=CustomerChange(language="af"))
    (found,) = queries.find_duplicates(first.id)
    assert (found.other_id, len(found.reasons)) == (second.id, 2)
    with pytest.raises(NotAllowed):
        operations.merge_customers(act=act_of(vera), kept_id=first.id, merged_id=second.id)
    operations.merge_customers(act=act_of(bea), kept_id=first.id, merged_id=second.id)
    assert {row.id for row in queries.list_customer_accounts(first.id)} == {account.id for account in accounts}
    assert [row.verb for row in queries.list_changes(customer_id=second.id)] == [
        "customer.merge",
        "customer.update",
        "customer.create",
    ]
    operations.undo_merge(act=act_of(bea), merged_id=second.id)
    assert [row.id for row in queries.list_customer_accounts(second.id)] == [accounts[1].id]


def test_d05_a_new_profile_is_checked_as_it_is_made(ada):
    draft = CustomerDraft(name=" ", country="ZA", timezone="Africa/Johannesburg")
    with pytest.raises(Refusal) as refused:
        operations.create_customer(act=act_of(ada), draft=draft)
    assert refused.value.field == "name"
