"""Meters, batches of usage and outages through the API."""

import pytest

from billwright.workflow.bill_run.tests import builders

pytestmark = pytest.mark.django_db


def event(number, **values):
    told = {"subscription": number, "meter": "minutes", "happened_at": "2026-01-15T10:00:00+02:00", "quantity": "12.5"}
    return told | values


@pytest.fixture
def client(client_as):
    client = client_as("BILLING_SPECIALIST")
    assert client.post("/meters", {"meter": {"code": "minutes"}}).status_code == 201
    return client


@pytest.fixture
def subscription():
    builders.make_world()
    builders.make_plan()
    return builders.subscribe(builders.make_account("ANA"))


def test_a_batch_is_judged_by_row_and_its_repeat_answered_alike(client, subscription):
    number = subscription.number
    batch = {"events": [event(number, key="a"), event("nobody"), event(number, key="b", meter="steps")]}
    first = client.post("/usage-events", batch, key="one")
    assert first.status_code == 200
    assert (first.json()["recorded_count"], [one["row"] for one in first.json()["refused"]]) == (1, [2, 3])
    again = client.post("/usage-events", {"events": [event(number, key="a")]})
    assert again.json() == {"recorded_count": 0, "repeated_count": 1, "refused": []}
    listed = client.get(f"/subscriptions/{subscription.id}/usage-events").json()["data"]
    assert [(one["key"], one["quantity"], one["day"]) for one in listed] == [("a", "12.5", "2026-01-15")]


def test_the_same_request_again_has_the_same_answer(client, subscription):
    batch = {"events": [event(subscription.number)]}
    answers = [client.post("/usage-events", batch, key="same").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(client.get(f"/subscriptions/{subscription.id}/usage-events").json()["data"]) == 1


def test_usage_needs_the_right(client_as, subscription):
    reader = client_as("SERVICE_DESK_AGENT")
    assert reader.post("/usage-events", {"events": [event(subscription.number)]}).status_code == 403


def test_an_outage_of_a_plan_without_a_promise_is_refused(client, subscription):
    answer = client.post(f"/subscriptions/{subscription.id}/outages", {"uptime": "99", "on": "2026-01-15"})
    assert (answer.status_code, answer.json()["code"]) == (422, "outage.no_service_level")


def test_meters_are_listed(client):
    assert [one["code"] for one in client.get("/meters").json()] == ["minutes"]
