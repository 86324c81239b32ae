"""The full size of the bill run's figures."""

import pytest
from tests.performance.bill_run import RATIO_MAX, loaded, measure
from tests.performance.server import BenchServer


@pytest.mark.soak
@pytest.mark.parametrize("connections", [4, 1])
def test_a_hundred_thousand_subscriptions_stay_near_their_floor(django_db_blocker, connections):
    with (
        django_db_blocker.unblock(),
        BenchServer().running() as server,
        server.copy_of(loaded(server, 100_000)) as database,
    ):
        assert measure(server, database, 100_000, connections, steps=False) <= RATIO_MAX
