"""Kill -9, client and backend, in the middle of issuing: the rerun is the recovery."""

import pytest
from tests.performance.killing import kill_times


def test_two_kills_leave_no_trace(django_db_blocker):
    with django_db_blocker.unblock():
        results = kill_times(2, subscriptions=400, payers_per_shard=16, seed=7)
    assert all(result["same"] for result in results), results
    assert sum(int(result["redone"]) for result in results) > 0, results


@pytest.mark.soak
def test_twenty_kills_leave_no_trace(django_db_blocker):
    with django_db_blocker.unblock():
        results = kill_times(20, subscriptions=2000, payers_per_shard=60, seed=11)
    assert all(result["same"] for result in results), results
    assert sum(int(result["redone"]) for result in results) > 0, results
