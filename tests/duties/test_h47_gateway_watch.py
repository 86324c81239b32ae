"""H47: Monitor payment gateways: decline-rate spikes per method/bank, missing settlements, webhook gaps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.duties.people import on, person, type_in
from tests.gateways.builders import make_gateway

from billwright.access.states import Role
from billwright.interfaces.cli import gateway
from billwright.interfaces.jobs.gateways import watch_gateways
from billwright.kernel.money import Money
from billwright.payments.models import GatewayEvent, GatewayPayment
from billwright.payments.operations.alarms import Declines, chance_of_so_many, is_silence, is_spike
from billwright.receivables.tests.builders import make_ana
from billwright.workflow.payment_intake.tests.builders import make_receipt, receive

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


def ended(account, row, count, *, failed, hours_ago, bank):
    """So many payments of one bank that ended so long ago, the first `failed` of them in failure."""
    at = NOW - timedelta(hours=hours_ago)
    return [
        GatewayPayment(
            gateway_id=row.id, reference=f"{bank}-{hours_ago}-{number}", kind="TOKEN", account_id=account.id,
            currency="ZAR", amount_minor=100, state="FAILED" if number < failed else "PAID", method="card", bank=bank,
            started_by="test", started_at=at, ended_at=at,
        )
        for number in range(count)
    ]  # fmt: skip


def told(row, count, *, days_ago):
    """So many webhooks at this hour, so many days ago."""
    at = NOW - timedelta(days=days_ago, hours=1)
    return [
        GatewayEvent(
            gateway_id=row.id, event_key=f"e{days_ago}-{number}", body_hash="", sealed_body=b"", is_verified=True,
            state="WORKED", received_at=at,
        )
        for number in range(count)
    ]  # fmt: skip


@pytest.mark.duty("H47")
def test_h47_what_stands_out_is_an_alarm_until_it_is_over():
    ana = make_ana()
    row = make_gateway(ana)
    GatewayPayment.objects.bulk_create(
        [
            *ended(ana, row, 400, failed=40, hours_ago=200, bank="Acacia Bank"),
            *ended(ana, row, 400, failed=40, hours_ago=200, bank="Baobab Bank"),
            *ended(ana, row, 20, failed=12, hours_ago=3, bank="Acacia Bank"),
            *ended(ana, row, 20, failed=3, hours_ago=3, bank="Baobab Bank"),
            GatewayPayment(
                gateway_id=row.id, reference="WAITS", kind="TOKEN", account_id=ana.id, currency="ZAR",
                amount_minor=100, state="UNKNOWN", started_by="test", started_at=NOW - timedelta(hours=2),
            ),
        ]
    )  # fmt: skip
    GatewayEvent.objects.bulk_create([event for days in range(1, 29) for event in told(row, 10, days_ago=days)])
    lead = person("lea", Role.TEAM_LEAD)
    with on("2026-03-10"):
        watch_gateways(0)
        watch_gateways(0)
        alarms = {one["kind"]: one for one in lead.api("get", "/gateway-alarms")["data"]}
        assert set(alarms) == {"DECLINES", "SILENCE", "UNANSWERED"}
        assert alarms["DECLINES"]["subject"] == "bank Acacia Bank"
        assert "12 of 20" in alarms["DECLINES"]["figures"]
        page = lead.reads("gateway-watch")
        assert "bank Acacia Bank" in page
        assert "Baobab" not in page
        lead.sends("gateway-alarm-see", alarms["DECLINES"]["id"])
        GatewayEvent.objects.bulk_create(told(row, 1, days_ago=0))
        watch_gateways(0)
        standing = {one["kind"]: one["state"] for one in type_in(gateway.app, "watch", row.name)}
    assert standing == {"DECLINES": "SEEN", "UNANSWERED": "RAISED"}


def test_h47_a_payment_in_no_payout_is_missed_after_its_days():
    ana = make_ana()
    row = make_gateway(ana, settlement_days=3)
    receive(replace(make_receipt(ana, "250.00", on="2026-03-01", key="p-9"), source=row.source))
    with on("2026-03-04"):
        watch_gateways(0)
        assert type_in(gateway.app, "watch", row.name) == []
    with on("2026-03-05"):
        watch_gateways(0)
        [alarm] = type_in(gateway.app, "watch", row.name)
    assert alarm["kind"] == "UNSETTLED"
    assert str(Money.of("250.00", "ZAR")) in alarm["figures"]


@pytest.mark.parametrize(
    ("failed", "total", "failed_before", "total_before", "spike"),
    [
        (12, 20, 40, 400, True),
        (3, 20, 40, 400, False),
        (4, 9, 40, 400, False),
        (12, 20, 4, 40, False),
        (6, 60, 0, 1000, True),
        (300, 400, 700, 1000, False),
    ],
)
def test_a_spike_is_more_than_its_own_history_explains(failed, total, failed_before, total_before, spike):
    assert is_spike(Declines("method card", failed, total, failed_before, total_before)) is spike


def test_the_chance_is_the_binomial_tail():
    assert chance_of_so_many(2, 2, 0.5) == pytest.approx(0.25)
    assert chance_of_so_many(0, 5, 0.3) == pytest.approx(1)
    assert [is_silence(6.9), is_silence(7.0)] == [False, True]
