from decimal import Decimal

import pytest

from billwright.catalog import operations as catalog
from billwright.catalog.rows import ByValueRow, CallBandRow, CallRateRow, NettingRow, PlanTerms
from billwright.catalog.states import PriceModel
from billwright.invoicing.models import InvoiceLine
from billwright.invoicing.queries.bill_run import list_findings
from billwright.kernel.errors import Refusal
from billwright.rating.models import PrepaidDraw, PrepaidLot, RatedRecord
from billwright.rating.operations import NewGrant, grant_units
from billwright.subscriptions.models import BillingMark
from billwright.usage.operations import NewMeter, define_meter
from billwright.usage.states import Aggregate
from billwright.workflow.bill_run import calls, run_bill_run
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    documents,
    findings,
    lines,
    make_account,
    make_act,
    make_world,
    subscribe,
)
from billwright.workflow.bill_run.tests.usage_builders import arrive, make_meters, make_plan, metered

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    make_world()


def amounts_of(**where):
    return [(kind, f"{starts}..{ends}", net) for kind, starts, ends, net in lines(**where)]


@pytest.fixture
def minutes(world):
    make_meters(Aggregate.SUM)
    make_plan(metered("calls", "sum", unit_price=Decimal("0.50")))
    return subscribe(make_account("ANA"), plan="metered")


def test_usage_is_billed_after_its_period_and_a_second_run_writes_nothing(minutes):
    arrive(minutes, "sum", ("2026-01-15T10:00:00", "10"), ("2026-02-01T00:00:00", "7"))
    bill("2026-01-31")
    assert lines() == []
    bill("2026-02-01")
    bill("2026-02-01")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 500)]
    line = InvoiceLine.objects.get()
    assert (line.usage_count, line.quantity, line.usage_digest is None) == (1, 10, False)


def test_late_usage_is_the_difference_of_its_own_period_once(minutes):
    arrive(minutes, "sum", ("2026-01-15T10:00:00", "10"))
    bill("2026-02-01")
    arrive(minutes, "sum", ("2026-01-20T10:00:00", "4"), at="2026-02-10T00:00:00")
    bill("2026-02-10")
    bill("2026-02-10")
    bill("2026-02-11")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 500), ("USAGE", "2026-01-01..2026-02-01", 200)]
    assert list(InvoiceLine.objects.order_by("invoice_id").values_list("formula", "usage_count")) == [(8, 1), (12, 2)]


def test_late_usage_where_nothing_was_billed_is_billed(minutes):
    bill("2026-02-01")
    arrive(minutes, "sum", ("2026-01-20T10:00:00", "4"), at="2026-02-10T00:00:00")
    bill("2026-02-10")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 200)]


def test_a_correction_that_comes_late_is_credited(minutes):
    arrive(minutes, "sum", ("2026-01-15T10:00:00", "10"))
    bill("2026-02-01")
    arrive(minutes, "sum", ("2026-01-15T10:00:00", "-10"), at="2026-02-10T00:00:00")
    bill("2026-02-10")
    assert amounts_of()[-1] == ("USAGE", "2026-01-01..2026-02-01", -500)


def test_a_second_late_record_is_again_only_the_difference(minutes):
    arrive(minutes, "sum", ("2026-01-15T10:00:00", "10"))
    bill("2026-02-01")
    arrive(minutes, "sum", ("2026-01-20T10:00:00", "4"), at="2026-02-10T00:00:00")
    bill("2026-02-10")
    arrive(minutes, "sum", ("2026-01-21T10:00:00", "6"), ("2026-02-03T10:00:00", "2"), at="2026-03-01T00:00:00")
    bill("2026-03-01")
    assert sorted(amount for *_, amount in amounts_of()) == [100, 200, 300, 500]


def test_two_late_periods_are_two_lines_of_one_claim(minutes):
    bill("2026-02-01")
    bill("2026-03-01")
    arrive(minutes, "sum", ("2026-01-20T10:00:00", "4"), ("2026-02-20T10:00:00", "6"), at="2026-03-05T00:00:00")
    bill("2026-03-05")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 200), ("USAGE", "2026-02-01..2026-03-01", 300)]
    assert BillingMark.objects.get().claim_no == 3


def test_usage_known_to_the_run_is_not_late(minutes):
    arrive(minutes, "sum", ("2026-01-15T10:00:00", "10"), at="2026-02-01T11:00:00")
    bill("2026-02-01")
    claims = list(BillingMark.objects.values_list("claim_no", flat=True))
    bill("2026-02-02")
    assert list(BillingMark.objects.values_list("claim_no", flat=True)) == claims
    assert len(documents()) == 1


def interim(at):
    return run_bill_run(act=make_act(at), interim=True)


def test_an_interim_bill_takes_usage_so_far_and_the_later_bill_the_rest(minutes):
    arrive(minutes, "sum", ("2026-01-10T10:00:00", "10"), ("2026-01-16T09:00:00", "6"))
    interim("2026-01-16T10:00:00")
    arrive(minutes, "sum", ("2026-01-20T10:00:00", "4"), at="2026-01-20T10:00:00")
    bill("2026-02-01")
    bill("2026-02-02")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-01-16", 800), ("USAGE", "2026-01-16..2026-02-01", 200)]
    assert InvoiceLine.objects.latest("invoice_id").quantity == 20


def test_an_interim_bill_of_a_started_package_is_not_charged_again(world):
    make_meters(Aggregate.SUM)
    make_plan(metered("data", "sum", PriceModel.PACKAGE, unit_price=Decimal(30), package_size=Decimal(100)))
    subscription = subscribe(make_account("ANA"), plan="metered")
    arrive(subscription, "sum", ("2026-01-10T10:00:00", "10"))
    interim("2026-01-16T10:00:00")
    arrive(subscription, "sum", ("2026-01-20T10:00:00", "80"), at="2026-01-20T10:00:00")
    bill("2026-02-01")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-01-16", 3000)]


def test_a_known_end_closes_the_last_window(minutes):
    arrive(minutes, "sum", ("2026-01-10T10:00:00", "10"), ("2026-01-15T10:00:00", "6"))
    cancel(minutes, ends_before="2026-01-15", as_of="2026-01-15")
    bill("2026-01-15")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-01-15", 500)]


def test_an_earlier_end_gives_back_the_usage_billed_after_it(minutes):
    arrive(minutes, "sum", ("2026-01-10T10:00:00", "10"), ("2026-01-20T10:00:00", "6"))
    bill("2026-02-01")
    cancel(minutes, ends_before="2026-01-15", as_of="2026-02-03")
    bill("2026-02-03")
    bill("2026-02-04")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 800), ("USAGE", "2026-01-01..2026-01-15", -300)]


def test_a_meter_with_grace_waits(world):
    define_meter(act=make_act(), meter=NewMeter(code="slow", grace_hours=30))
    make_plan(metered("calls", "slow", unit_price=Decimal("0.50")))
    subscription = subscribe(make_account("ANA"), plan="metered")
    arrive(subscription, "slow", ("2026-01-10T10:00:00", "10"))
    bill("2026-02-02")
    assert lines() == []
    bill("2026-02-03")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 500)]


def test_the_highest_of_two_meters_is_billed(world):
    make_meters(Aggregate.P95, Aggregate.MAX)
    define_meter(act=make_act(), meter=NewMeter(code="line", aggregate=Aggregate.HIGHEST_OF, highest_of=("p95", "max")))
    make_plan(metered("line", "line", unit_price=Decimal(1)))
    subscription = subscribe(make_account("ANA"), plan="metered")
    spikes = {6: "95", 18: "40"}
    readings = [spikes.get(place, str(9 + place % 6)) for place in range(20)]
    arrive(subscription, "p95", *((f"2026-01-10T10:{place:02}:00", one) for place, one in enumerate(readings)))
    arrive(subscription, "max", ("2026-01-10T10:00:00", "39"))
    bill("2026-02-01")
    line = InvoiceLine.objects.get()
    assert (line.quantity, line.amount_minor, line.usage_count) == (40, 4000, 21)


def test_prices_go_by_a_property_of_the_usage(world):
    make_meters(Aggregate.SUM)
    by = (ByValueRow("day", Decimal("0.52")), ByValueRow("night", Decimal("0.12")))
    make_plan(metered("energy", "sum", unit_price=Decimal("0.22"), by_property="band", by_values=by))
    subscription = subscribe(make_account("ANA"), plan="metered")
    arrive(
        subscription,
        "sum",
        ("2026-01-10T10:00:00", "100", {"band": "day"}),
        ("2026-01-10T11:00:00", "50", {"band": "night"}),
        ("2026-01-10T12:00:00", "10", {"band": "dusk"}),
        ("2026-01-10T13:00:00", "1"),
    )
    bill("2026-02-01")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 5200 + 600 + 242)]


def test_the_digest_is_that_of_what_the_records_say(minutes):
    arrive(minutes, "sum", ("2026-01-10T10:00:00", "10"), ("2026-01-11T10:00:00", "1"))
    other = subscribe(make_account("BEN"), plan="metered")
    arrive(other, "sum", ("2026-01-10T10:00:00", "10"), ("2026-01-11T10:00:00", "1"))
    bill("2026-02-01")
    digests = set(InvoiceLine.objects.values_list("usage_digest", flat=True))
    assert len(digests) == 2, "the subscription is part of what a record says"


def call_price(**more):
    everywhere = CallBandRow(
        rates=(CallRateRow(Decimal("0.90"), step=Decimal(30)),), prefix="27", connect=Decimal("0.25")
    )
    return metered("calls", "sum", PriceModel.CALL, bands=(everywhere,), **more)


def test_calls_are_rated_one_by_one_and_those_without_a_rate_wait(world):
    make_meters(Aggregate.SUM)
    make_plan(call_price())
    subscription = subscribe(make_account("ANA"), plan="metered")
    arrive(
        subscription,
        "sum",
        ("2026-01-10T10:00:00", "37", {"to": "2782555"}),
        ("2026-01-10T11:00:00", "60", {"to": "+2782555"}),
        ("2026-01-10T12:00:00", "60", {"to": "4930"}),
    )
    report = bill("2026-02-01")
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 115 + 115)]
    assert ("WARNING", "unrated_usage") in findings(report)
    rated = RatedRecord.objects.order_by("record_id").values_list("billed_quantity", "amount", "is_rated", "prefix")
    assert list(rated) == [(60, Decimal("1.15"), True, "27"), (60, Decimal("1.15"), True, "27"), (0, 0, False, "")]


def test_included_seconds_are_taken_in_the_order_of_the_calls(world):
    make_meters(Aggregate.SUM)
    make_plan(call_price(included=Decimal(90)))
    subscription = subscribe(make_account("ANA"), plan="metered")
    arrive(subscription, "sum", *((f"2026-01-10T1{hour}:00:00", "60", {"to": "2782555"}) for hour in range(3)))
    bill("2026-02-01")
    amounts = RatedRecord.objects.order_by("record_id").values_list("billed_quantity", "amount")
    assert list(amounts) == [(0, 0), (30, Decimal("0.575")), (60, Decimal("1.15"))]
    assert amounts_of()[0][2] == 173


def test_many_calls_go_through_in_batches(world, monkeypatch):
    monkeypatch.setattr(calls, "BATCH_ROWS", 7)
    make_meters(Aggregate.SUM)
    make_plan(call_price())
    for number in ("ANA", "BEN"):
        subscription = subscribe(make_account(number), plan="metered")
        arrive(subscription, "sum", *((f"2026-01-1{place % 10}T10:00:00", "30", {"to": "27"}) for place in range(40)))
    bill("2026-02-01")
    assert [amount for *_, amount in amounts_of()] == [40 * 70, 40 * 70]


def grant(subscription, units, *, expires, granted="2026-01-01"):
    return grant_units(
        act=make_act(),
        grant=NewGrant(
            subscription_id=subscription.id,
            meter="sum",
            units=Decimal(units),
            granted_on=day(granted),
            expires_on=day(expires),
        ),
    )


def draws():
    return list(PrepaidDraw.objects.order_by("id").values_list("lot_id", "period_from__month", "units"))


def test_prepaid_units_are_used_before_usage_is_billed_the_first_to_expire_first(minutes):
    late, soon = grant(minutes, "50", expires="2027-01-01"), grant(minutes, "8", expires="2026-02-15")
    arrive(minutes, "sum", ("2026-01-15T10:00:00", "10"), ("2026-02-15T10:00:00", "60"))
    bill("2026-02-01")
    bill("2026-03-01")
    bill("2026-03-02")
    assert draws() == [(late, 1, 2), (soon, 1, 8), (late, 2, 48)]
    assert amounts_of() == [("USAGE", "2026-02-01..2026-03-01", 600)]


def test_an_interim_bill_and_its_period_draw_once(minutes):
    grant(minutes, "8", expires="2027-01-01")
    arrive(minutes, "sum", ("2026-01-10T10:00:00", "10"))
    interim("2026-01-16T10:00:00")
    arrive(minutes, "sum", ("2026-01-20T10:00:00", "4"), at="2026-01-20T10:00:00")
    bill("2026-02-01")
    assert [units for *_, units in draws()] == [8]
    assert [amount for *_, amount in amounts_of()] == [100, 200]


def test_included_units_that_are_left_are_carried_over_and_expire(world):
    make_meters(Aggregate.SUM)
    make_plan(metered("data", "sum", unit_price=Decimal(1), included=Decimal(100), rollover_periods=1))
    subscription = subscribe(make_account("ANA"), plan="metered")
    used = (("2026-01-10", "40"), ("2026-02-10", "130"), ("2026-03-10", "100"), ("2026-04-10", "150"))
    arrive(subscription, "sum", *((f"{on}T10:00:00", quantity) for on, quantity in used))
    bill("2026-05-01")
    # January leaves 60 for February, which uses 30 of them; the rest is gone by April.
    assert amounts_of() == [("USAGE", "2026-04-01..2026-05-01", 5000)]
    assert [(units, str(until)) for units, until in PrepaidLot.objects.values_list("units", "expires_on")] == [
        (60, "2026-03-01")
    ]
    assert [(month, units) for _, month, units in draws()] == [(2, 30)]


@pytest.mark.parametrize(("units", "expires", "rule"), [("0", "2027-01-01", "units"), ("1", "2026-01-01", "expired")])
def test_a_wrong_grant_is_refused(minutes, units, expires, rule):
    with pytest.raises(Refusal) as refused:
        grant(minutes, units, expires=expires)
    assert refused.value.code == f"prepaid.{rule}"


def test_late_readings_of_netted_meters_are_told_and_not_billed(world):
    make_meters(Aggregate.SUM, Aggregate.MAX)
    terms = PlanTerms(netting=NettingRow("sum", "max", 6, 30, Decimal("0.50")))
    energy = metered("energy", "sum", unit_price=Decimal("2.00"))
    catalog.create_plan(act=make_act(), code="solar", name="Solar", charges=(energy,), terms=terms)
    subscription = subscribe(make_account("ANA"), plan="solar")
    arrive(subscription, "sum", ("2026-01-15T10:00:00", "100"))
    assert findings(bill("2026-02-01")) == [("NOTE", "first_invoice")]
    arrive(subscription, "max", ("2026-01-31T23:59:59", "30"), ("2026-02-01T00:00:00", "5"), at="2026-02-03T08:00:00")
    arrive(subscription, "sum", ("2026-01-20T10:00:00", "7"), at="2026-02-04T08:00:00")
    report = bill("2026-03-01")
    (told,) = list_findings(run_id=report.page.run.id)
    assert (told.code, told.severity) == ("late_netted_usage", "WARNING")
    assert told.facts == {"records": 2, "meters": ["max", "sum"], "first": "2026-01-20", "last": "2026-01-31"}
    assert amounts_of() == [("USAGE", "2026-01-01..2026-02-01", 20000)]
    assert findings(bill("2026-04-01")) == []
