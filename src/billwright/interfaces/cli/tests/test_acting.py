"""What commands share: the day where none is typed."""

from datetime import UTC, date, datetime

import pytest

from billwright.interfaces.cli.acting import day_or_today
from billwright.kernel import clock
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db


def test_the_day_is_that_of_the_company_and_not_of_greenwich():
    cape = make_entity("CAPE", timezone="Africa/Johannesburg").id
    texas = make_entity("TEXAS", country="US", currency="USD", timezone="America/Chicago").id
    with clock.standing_at(datetime(2026, 3, 1, 23, 0, tzinfo=UTC)):
        assert day_or_today("", field="on", legal_entity_id=cape) == date(2026, 3, 2)
        assert day_or_today("2026-02-01", field="on", legal_entity_id=cape) == date(2026, 2, 1)
    with clock.standing_at(datetime(2026, 3, 2, 2, 0, tzinfo=UTC)):
        assert day_or_today("", field="on", legal_entity_id=texas) == date(2026, 3, 1)
        assert clock.day_begun_everywhere(clock.now()) == date(2026, 3, 1)
