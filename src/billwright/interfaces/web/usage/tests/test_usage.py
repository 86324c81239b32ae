"""Usage at the desk: what arrived for a subscription, and a file with wrong rows."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billwright.access.states import Role
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel import clock
from billwright.usage.tests.builders import make_meter
from billwright.workflow.bill_run.tests.builders import make_account, make_plan, make_world, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(datetime(2026, 1, 20, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def subscription():
    make_world()
    make_plan()
    make_meter()
    return subscribe(make_account("ANA"))


def upload(client, text, name="feed.csv"):
    return client.post("/usage/import/", {"file": SimpleUploadedFile(name, text.encode()), "source": ""})


def rows(subscription):
    return (
        "subscription,meter,happened_at,quantity\n"
        f"{subscription.number},minutes,2026-01-15T10:00:00,12.5\n"
        f"{subscription.number},minutes,2026-01-16T10:00:00,many\n"
    )


def test_a_file_is_recorded_and_its_wrong_rows_shown(subscription):
    client = logged_in(Role.BILLING_SPECIALIST, username="bella")
    answer = upload(client, rows(subscription))
    assert answer.status_code == 200
    assert b"1 recorded" in answer.content
    assert b"many" in answer.content
    page = client.get(f"/usage/subscriptions/{subscription.id}/")
    assert [(one.meter, str(one.day), str(one.quantity.normalize())) for one in page.context["days"]] == [
        ("minutes", "2026-01-15", "12.5")
    ]
    assert b"12.5" in page.content
    narrowed = client.get(f"/usage/subscriptions/{subscription.id}/?day_from=2026-01-16")
    assert b"No usage" in narrowed.content


@pytest.mark.parametrize("text", ["subscription,colour\nx,y\n", "subscription,meter,happened_at\n"])
def test_a_wrong_file_is_refused_on_its_form(subscription, text):
    answer = upload(logged_in(Role.BILLING_SPECIALIST, username="bella"), text)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_usage_is_imported_by_who_may(subscription):
    assert upload(logged_in(Role.SERVICE_DESK_AGENT, username="abby"), rows(subscription)).status_code == 403


def test_the_subscription_leads_to_its_usage(subscription):
    page = logged_in(Role.BILLING_SPECIALIST, username="bella").get(f"/subscriptions/{subscription.id}/")
    assert f"/usage/subscriptions/{subscription.id}/".encode() in page.content
