"""The pipeline against the oracle: random agreements, changed between runs at the awkward ends of months."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from billwright.accounts.models import BillingAccount
from billwright.catalog import operations as catalog
from billwright.catalog.operations import NewCharge
from billwright.catalog.states import IntervalUnit, PriceModel, Timing
from billwright.invoicing.models import Invoice, InvoiceLine
from billwright.invoicing.operations import bill_run as operations
from billwright.kernel.errors import Refusal
from billwright.subscriptions import operations as subscriptions
from billwright.subscriptions.models import Subscription, SubscriptionItem
from billwright.subscriptions.operations import NewSubscription
from billwright.usage.models import Meter, UsageRecord
from billwright.workflow.bill_run import prepare_bill_run
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    day,
    make_account,
    make_act,
    make_tax,
    make_world,
)
from billwright.workflow.bill_run.tests.oracle import Document, Grid, Item, Line, Oracle, Payer
from billwright.workflow.bill_run.tests.oracle_prices import Counting
from billwright.workflow.bill_run.tests.oracle_worlds import STEPS, agreed_price, some_decimal, some_fee, some_price

pytestmark = pytest.mark.django_db

MODELS = (PriceModel.FLAT, PriceModel.PER_UNIT, PriceModel.PACKAGE, PriceModel.GRADUATED, PriceModel.VOLUME)
# Of usage alone: they look at each record.
RECORD_MODELS = (PriceModel.PERCENTAGE, PriceModel.CALL, STEPS)
CURRENCIES = {"ZAR": 2, "JPY": 0, "KWD": 3}
ZONES = ("Africa/Johannesburg", "Asia/Kathmandu", "America/Lima", "Europe/Sofia", "Pacific/Auckland")
INTERVALS = (
    ("m1", IntervalUnit.MONTH, 1), ("m3", IntervalUnit.MONTH, 3), ("m6", IntervalUnit.MONTH, 6),
    ("m12", IntervalUnit.MONTH, 12), ("m24", IntervalUnit.MONTH, 24), ("d7", IntervalUnit.DAY, 7),
    ("d30", IntervalUnit.DAY, 30), ("once", IntervalUnit.ONCE, 1),
)  # fmt: skip
# Some runs are cut off by a date, some by an instant that is another day elsewhere.
RUNS = (
    "2027-12-31", "2028-01-31T18:30", "2028-02-28", "2028-02-29T14:00", "2028-03-01", "2028-06-30T11:00", "2028-12-31",
    "2029-01-01",
)  # fmt: skip
COUNTS = ("actual", "actual", "actual", "fixed_30", "fixed_28", "none")
READINGS_BEGIN = datetime(2027, 9, 1, tzinfo=UTC)


def make_agreements(random: Random, count: int) -> None:
    """Plans of every interval, timing and model in three currencies; accounts of two entities; subscriptions."""
    for unit, (code, currency) in enumerate((("KAROO", "ZAR"), ("UMI", "JPY"), ("NAJD", "KWD"))):
        entity = make_world(code, currency=currency, correction=("negative_line", "credit_note")[unit % 2])
        make_tax(entity.id, "SPLIT-18", treatment="INTRA_STATE", CGST="9", SGST="9")
        for number in range(count // 5):
            parent = BillingAccount.objects.filter(legal_entity=entity).first() if number % 10 == 9 else None
            make_account(
                f"{code}-{number}", cycle_day=random.choice((None, 1, 15, 28, 29, 30, 31, 31)), currency=currency,
                timezone=random.choice(ZONES), entity=entity, treatment=random.choice(("DOMESTIC", "INTRA_STATE")),
                parent=parent,
            )  # fmt: skip
    plans = [
        _make_plan(random, interval, timing, model) for interval in INTERVALS for timing in Timing for model in MODELS
    ]
    plans += [
        _make_plan(random, interval, Timing.ARREARS, model, meter="minutes")
        for interval in INTERVALS[:-1]
        for model in (*MODELS, *RECORD_MODELS)
    ]
    accounts = list(BillingAccount.objects.order_by("id").values_list("id", flat=True))
    subscriptions.subscribe_many(
        act=make_act(), rows=tuple(_order(random, accounts=accounts, plans=plans) for _ in range(count))
    )
    _use(random)


def _use(random: Random) -> None:
    """Readings of the metered subscriptions, at instants that are another day elsewhere."""
    meter = Meter.objects.get(code="minutes")
    metered = Subscription.objects.filter(plan__code__endswith="minutes").select_related("account")
    UsageRecord.objects.bulk_create(
        UsageRecord(
            subscription_id=subscription.pk, meter=meter, key=f"{subscription.pk}-{number}", happened_at=at,
            day=at.astimezone(ZoneInfo(subscription.account.timezone)).date(), quantity=some_decimal(random, 90_000, 3),
            recorded_at=at,
        )
        for subscription in metered
        for number in range(40)
        for at in [READINGS_BEGIN + timedelta(minutes=random.randrange(480 * 24 * 60))]
    )  # fmt: skip


def _order(random: Random, *, accounts: list[int], plans: list[str]) -> NewSubscription:
    starts = day("2027-09-01") + timedelta(days=random.randrange(170))
    return NewSubscription(
        account_id=random.choice(accounts),
        plan=random.choice(plans),
        ordered_on=starts,
        quantity=some_decimal(random, 40_000, 3),
        starts_on=starts,
        ends_before=starts + timedelta(days=random.randrange(1, 500)) if random.random() < 0.3 else None,
    )


def _make_plan(
    random: Random, interval: tuple[str, IntervalUnit, int], timing: Timing, model: str, meter: str = ""
) -> str:
    name, unit, count = interval
    code = f"{name}-{timing}-{model}-{meter}".lower()
    if meter and not Meter.objects.exists():
        Meter.objects.create(code=meter, name=meter, aggregate="SUM")
    price = some_price if meter or unit == IntervalUnit.ONCE else some_fee
    charge = NewCharge(
        code="fee", name=code, product="hosting", interval_unit=unit, interval_count=count, timing=timing, meter=meter,
        model=PriceModel.PER_UNIT if model == STEPS else PriceModel(model),
        prices=tuple(price(random, currency, model) for currency in CURRENCIES),
        conventions={"day_count": random.choice(COUNTS), "stub": random.choice(("aligned_period", "own_period"))},
    )  # fmt: skip
    catalog.create_plan(act=make_act(), code=code, name=code, charges=(charge,))
    return code


def change_some(random: Random, as_of: date) -> None:
    """Cancel some, change the quantity of others, pause others for a while: before and after what is billed."""
    running = list(
        Subscription.objects.filter(state="ACTIVE", starts_on__lt=as_of)
        .exclude(plan__code__startswith="once")
        .order_by("id")
    )
    for subscription in random.sample(running, len(running) // 5):
        on = max(subscription.starts_on, as_of + timedelta(days=random.randrange(-45, 30)))
        if subscription.ends_before is not None and subscription.ends_before <= on:
            continue
        kind = random.random()
        if kind < 0.3 and subscription.ends_before is None and not subscription.plan.code.endswith("minutes"):
            pause_for_a_while(random, subscription.pk, on=on, as_of=as_of)
        elif kind < 0.6:
            subscriptions.cancel(
                act=make_act(reason="moved away"), subscription_id=subscription.pk, as_of=as_of, ends_before=on
            )
        else:
            subscriptions.change_quantity(
                act=make_act(),
                subscription_id=subscription.pk,
                quantity=some_decimal(random, 9000, 3),
                as_of=as_of,
                effective_on=on,
            )


def pause_for_a_while(random: Random, subscription_id: int, *, on: date, as_of: date) -> None:
    """Out of service from a day on, and in service again before the next run, now and then a second time."""
    asked = {"subscription_id": subscription_id, "as_of": as_of}
    for starts in (on, on + timedelta(days=40))[: random.choice((1, 1, 2))]:
        resumes = starts + timedelta(days=random.randrange(1, 30))
        with suppress(Refusal):  # It is paused then, by an earlier one that reaches farther.
            subscriptions.pause(act=make_act(), **asked, effective_on=starts)
            subscriptions.resume(act=make_act(), **asked, effective_on=resumes)


def agreed_items() -> list[Item]:
    """What was agreed, as the oracle is told."""
    rows = SubscriptionItem.objects.select_related("account", "price", "plan_charge", "grid").order_by("id")
    readings: dict[int, list[tuple[datetime, Fraction]]] = {}
    for record in UsageRecord.objects.order_by("id"):
        readings.setdefault(record.subscription_id, []).append((record.happened_at, Fraction(record.quantity)))
    return [
        Item(
            id=row.pk,
            account=row.account_id,
            payer=row.payer_id,
            zone=row.account.timezone,
            grid=Grid(row.grid.interval_unit, row.grid.interval_count, row.grid.anchor_day, row.grid.phase)
            if row.grid
            else None,
            in_advance=row.plan_charge.timing == Timing.ADVANCE,
            price=agreed_price(row.price, row.plan_charge.model),
            counting=Counting(
                **row.plan_charge.conventions,
                months=row.plan_charge.interval_count if row.plan_charge.interval_unit == "MONTH" else 0,
                interval_days=row.plan_charge.interval_count,
            ),
            quantity=Fraction(row.quantity),
            readings=tuple(readings.get(row.subscription_id, ())) if row.plan_charge.meter else None,
            starts=row.effective_from,
            ends=row.effective_to,
            kin=(row.subscription_id, row.price_id, row.payer_id, row.grid_id, row.quantity, row.share_percent),
            share=Fraction(row.share_percent) / 100,
            sold=(row.subscription_id, row.price_id, row.payer_id, row.grid_id),
            minimum=None if row.price.minimum is None else Fraction(row.price.minimum),
        )
        for row in rows
    ]


def agreed_payers() -> dict[int, Payer]:
    rates = {
        "DOMESTIC": ("VAT-15", (("VAT", Fraction(15)),)),
        "INTRA_STATE": ("SPLIT-18", (("CGST", Fraction(9)), ("SGST", Fraction(9)))),
    }
    return {
        account.pk: Payer(
            account.pk,
            CURRENCIES[account.currency_id],
            *rates[account.tax_treatment],
            own_credit_notes=account.legal_entity.code == "UMI",
        )
        for account in BillingAccount.objects.select_related("legal_entity")
    }


def written_lines(run_id: int, seen: dict[int, tuple[int, int]]) -> list[Line]:
    """What the run wrote, in the oracle's words; `seen` says which run and payer a credited document was of."""
    rows = InvoiceLine.objects.filter(invoice__run_id=run_id).select_related("invoice")
    return [
        Line(
            payer=row.invoice.account_id,
            document=f"credit:{seen[int(row.invoice.split_key[7:])]}" if row.invoice.split_key else "",
            account=row.account_id,
            item=row.item_id,
            kind=row.kind,
            starts=row.service_from,
            ends=row.service_to,
            net=row.net_minor,
            tax=row.tax_minor,
        )
        for row in rows
    ]


def written_documents(run_id: int) -> list[Document]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select i.id, array_agg(a.role order by a.role, a.family, p.amount_minor),"
            " array_agg(a.family order by a.role, a.family, p.amount_minor),"
            " array_agg(p.amount_minor order by a.role, a.family, p.amount_minor)"
            " from invoicing_invoice as i inner join ledger_posting as p on p.entry_id = i.entry_id"
            " inner join ledger_account as a on a.id = p.ledger_account_id where i.run_id = %s group by i.id",
            [run_id],
        )
        postings = {row[0]: tuple(zip(*row[1:], strict=True)) for row in cursor.fetchall()}
    return [
        Document(row.account_id, row.kind, row.net_minor, row.tax_minor, row.total_minor, postings[row.pk])
        for row in Invoice.objects.filter(run_id=run_id)
    ]


def bill_as_of(when: str) -> tuple[int, dict[str, date | datetime | None]]:
    """One run, cut off by a day or by an instant; returns its id and what the oracle is told of it."""
    at = datetime.fromisoformat(when).replace(tzinfo=UTC)
    act = make_act(when if "T" in when else f"{when}T12:00:00")
    told = {"document_date": at.date(), "as_of": None if "T" in when else at.date(), "cut_off": at}
    run = operations.create_bill_run(act=act, as_of=told["as_of"], document_date=at.date())
    prepare_bill_run(act=act, run_id=run.id)
    approve_and_issue(run.id, at=act.at.strftime("%Y-%m-%dT%H:%M:%S"))
    return run.id, told


def differences(written: Sequence[object], reckoned: Sequence[object]) -> list[str]:
    """What stands on one side only, sorted so that what belongs together stands together."""
    ours, theirs = Counter(map(repr, written)), Counter(map(repr, reckoned))
    found = [f"{row}  written" for row in (ours - theirs).elements()]
    return sorted(found + [f"{row}  reckoned" for row in (theirs - ours).elements()])


def hold_together(seed: int, count: int) -> Counter[str]:
    """Bill a random world at five dates and compare everything written; returns the kinds of lines compared."""
    random = Random(seed)
    make_agreements(random, count)
    oracle = Oracle(agreed_payers())
    seen: dict[int, tuple[int, int]] = {}
    compared: Counter[str] = Counter()
    for when in RUNS:
        run_id, told = bill_as_of(when)
        lines, documents = oracle.run(agreed_items(), **told)
        assert differences(written_lines(run_id, seen), lines) == [], when
        assert differences(written_documents(run_id), documents) == [], when
        for invoice in Invoice.objects.filter(run_id=run_id, split_key=""):
            seen[invoice.pk] = (oracle.runs, invoice.account_id)
        compared.update(line.kind for line in lines)
        change_some(random, told["document_date"])
    return compared


def test_two_hundred_subscriptions_without_a_difference():
    compared = hold_together(seed=1, count=200)
    assert compared["RECURRING"] > 600
    assert compared["CORRECTION"] > 30
    assert compared["ONE_OFF"] > 5
    assert compared["MINIMUM"] > 50
    assert compared["USAGE"] > 200


@pytest.mark.soak
def test_two_thousand_subscriptions_without_a_difference():
    compared = hold_together(seed=2, count=2000)
    print(f"compared without a difference: {dict(compared)}")  # noqa: T201
    assert compared["USAGE"] > 3000
    assert compared["RECURRING"] > 7000
    assert compared["CORRECTION"] > 300


def test_the_oracle_knows_the_ends_of_months():
    grid = Grid("MONTH", 1, 31, 0)
    assert grid.period(date(2028, 2, 28)) == (date(2028, 1, 31), date(2028, 2, 29))
    assert grid.period(date(2028, 2, 29)) == (date(2028, 2, 29), date(2028, 3, 31))
