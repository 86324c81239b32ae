"""H36: Update customer billing data with full history (old value, new value, who, when, why, effective date),
validated (tax no., bank, email).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from billwright.access.states import Role
from billwright.access.tests.builders import AT, act_of, make_user
from billwright.accounts import operations, queries
from billwright.accounts.rows import AddressDraft, ContactChange, ContactDraft, CustomerChange
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.errors import Refusal
from billwright.org.tests.builders import make_entity

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H36")]

LATER = AT + timedelta(hours=1)


@pytest.fixture
def entity():
    return make_entity("KAROO")


@pytest.fixture
def ada():
    return make_user("ada", Role.SERVICE_DESK_AGENT)


@pytest.fixture
def bea():
    return make_user("bea", Role.BILLING_SPECIALIST)


def test_h36_billing_details_change_with_their_whole_history(entity, ada, bea):
    customer = make_customer("Ana Botha")
    account = make_account(entity, customer, contacts=(ContactDraft(email="ana@example.com"),))
    operations.update_customer(
        act=act_of(ada, reason="letter of 2 March"),
        customer_id=customer.id,
        version=1,
        change=CustomerChange(name="Ana Nel", tax_number="4123456789"),
        effective_on=AT.date(),
    )
    (contact,) = queries.list_contacts(account.id)
    operations.change_contact(
        act=act_of(bea, at=LATER), contact_id=contact.id, version=1, change=ContactChange(email="nel@example.com")
    )
    by_bea, by_ada, *_older = queries.list_changes(customer_id=customer.id, account_id=account.id)
    assert (by_ada.actor, by_ada.reason, by_ada.effective_on) == (ada.actor, "letter of 2 March", AT.date())
    assert by_ada.before == {"name": "Ana Botha", "tax_number": ""}
    assert (by_ada.after["name"], by_ada.after["tax_number"]) == ("Ana Nel", "4123456789")
    assert (by_bea.actor, by_bea.at) == (bea.actor, LATER)
    assert (by_bea.before["email"], by_bea.after["email"]) == ("ana@example.com", "nel@example.com")


@pytest.mark.parametrize(
    ("change", "field"),
    [(CustomerChange(tax_number="5123456789"), "tax_number"), (CustomerChange(timezone="Africa/Jozi"), "timezone")],
)
def test_h36_what_cannot_be_is_refused_and_nothing_changes(ada, change, field):
    customer = make_customer()
    with pytest.raises(Refusal) as refused:
        operations.update_customer(act=act_of(ada), customer_id=customer.id, version=1, change=change)
    assert (refused.value.field, bool(refused.value.cure)) == (field, True)
    assert queries.get_customer(customer.id) == customer


def test_h36_a_move_holds_from_its_day(entity, ada):
    account = make_account(entity, addresses=(AddressDraft(country="ZA", street="1 Long Street"),))
    operations.change_address(
        act=act_of(ada),
        account_id=account.id,
        draft=AddressDraft(country="ZA", street="2 Short Street"),
        valid_from=date(2026, 5, 1),
    )
    streets = [queries.parties([account.id], on=date(2026, 4, 30 if old else 1))[account.id].street for old in (1, 0)]
    assert streets == ["1 Long Street", "1 Long Street"]
    assert queries.parties([account.id], on=date(2026, 5, 1))[account.id].street == "2 Short Street"
