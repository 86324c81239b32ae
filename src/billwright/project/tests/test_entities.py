"""Every way to a legal entity is one that the database can go."""

import pytest

from billwright.access.tests.builders import make_entity
from billwright.ledger.models import AccountingPeriod
from billwright.project.entities import PATHS, entities_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("argument", PATHS)
def test_the_way_exists(argument):
    assert entities_of(argument)(frozenset({-1})) == set()


def test_a_period_tells_its_entity():
    karoo = make_entity("KAROO")
    period = AccountingPeriod.objects.create(legal_entity=karoo, starts_on="2026-01-01", ends_before="2026-02-01")
    assert entities_of("period_id")(frozenset({period.pk})) == {karoo.pk}
