"""The same POST at once on two connections is done once, and both get the one answer."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from billwright.interfaces.api.tests.conftest import make_client


def test_two_that_come_at_once_get_the_one_answer(committed_db):
    desk = make_client("BILLING_SPECIALIST")
    body = {"name": "Ana Botha", "country": "ZA", "timezone": "Africa/Johannesburg"}

    def post(_):
        try:
            return desk.post("/customers", body, key="at-once")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(post, range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(desk.get("/customers").json()["data"]) == 1
