"""Every way to a legal entity is one that the database can go."""

import pytest

from billwright.access.naming import NOBODY, owner_of
from billwright.access.tests.builders import make_entity
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.ledger.models import AccountingPeriod
from billwright.org.tests.builders import make_entity as make_org
from billwright.project.entities import CUSTOMER_PATHS, PATHS, customers_of, entities_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("argument", PATHS)
def test_the_way_exists(argument):
    assert entities_of(argument)(frozenset({-1})) == set()


@pytest.mark.parametrize("argument", CUSTOMER_PATHS)
def test_the_way_to_the_customer_exists(argument):
    assert customers_of(argument)(frozenset({-1})) == set()


def test_an_account_and_its_customer_own_what_an_act_is_told_and_two_customers_do_not():
    ana, boris = make_account(make_org("KAROO")), make_account(make_org("VITOSHA"), make_customer("Boris"))
    assert owner_of({"account_id": ana.id, "customer_id": ana.customer_id}) == f"customer:{ana.customer_id}"
    assert owner_of({"account_ids": [ana.id, boris.id]}) == NOBODY
    assert owner_of({"user_id": 3}) == NOBODY


def test_a_period_tells_its_entity():
    karoo = make_entity("KAROO")
    period = AccountingPeriod.objects.create(legal_entity=karoo, starts_on="2026-01-01", ends_before="2026-02-01")
    assert entities_of("period_id")(frozenset({period.pk})) == {karoo.pk}
