"""Laying and settling, without a database: whatever is changed, each day has one item, at what was agreed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.catalog.policies import DatedPrice
from billwright.subscriptions.policies import (
    AgreedChange,
    Agreement,
    ChargeFacts,
    CycleChange,
    ItemFacts,
    PlanFacts,
    lay,
    phases_of,
    settle,
)

START = date(2026, 1, 10)
BASIC, PRO = 1, 2


def charge(charge_id: int, **facts) -> ChargeFacts:
    prices = (DatedPrice(charge_id * 10, date(2000, 1, 1), Decimal(100)),)
    defaults = {"interval_unit": "MONTH", "interval_count": 1, "prices": prices}
    return ChargeFacts(charge_id, f"c{charge_id}", f"c{charge_id}", **defaults | facts)


PLANS = {
    BASIC: PlanFacts(BASIC, (charge(1), charge(2, by_quantity=False))),
    PRO: PlanFacts(PRO, (charge(3),)),
}


def agreed(*changes: AgreedChange, plans=PLANS, **terms):
    start = AgreedChange(0, "START", START, terms.pop("starts_at", None), plan_id=BASIC, quantity=Decimal(1))
    agreement = Agreement(
        starts_on=START,
        timezone="Africa/Johannesburg",
        phases=phases_of([start, *changes], timezone="Africa/Johannesburg"),
        payers=((START, 7),),
        account_cycle_day=1,
        **terms,
    )
    return lay(agreement, plans)


def facts(pieces, first_id=0):
    """Pieces as stored items; a grid's id is its place among all grids seen."""
    return [
        ItemFacts(
            item_id=first_id + number,
            subscription_id=1,
            account_id=7,
            payer_id=piece.payer_id,
            plan_charge_id=piece.plan_charge_id,
            price_id=piece.price_id,
            grid_id=hash(piece.grid) if piece.grid else None,
            quantity=piece.quantity,
            effective_from=piece.effective_from,
            effective_to=piece.effective_to,
            free_until=piece.free_until,
            share_percent=piece.share_percent,
        )
        for number, piece in enumerate(pieces, start=1)
    ]


def settled(stored, laid, cut):
    """What is stored after it was settled with what was laid."""
    result = settle(stored, facts(laid), cut=cut, priced_flat={2})
    ended = [
        replace(item, effective_to=result.ends[item.item_id][0]) if item.item_id in result.ends else item
        for item in stored
    ]
    return ended + [replace(item, item_id=len(stored) + n) for n, item in enumerate(result.starts, start=1)]


def served(items):
    """Each day of service of each charge, with quantity and share; what is empty serves no day."""
    days = {}
    for item in items:
        end = item.effective_to or START + timedelta(days=120)
        for number in range((end - item.effective_from).days):
            key = (item.plan_charge_id, item.effective_from + timedelta(days=number))
            assert key not in days, "a day of a charge has one item"
            quantity = None if item.plan_charge_id == 2 else item.quantity
            days[key] = (quantity, item.share_percent)
    return days


offsets = st.integers(0, 90)
acts = st.one_of(
    st.tuples(st.just("PLAN"), offsets, st.sampled_from([BASIC, PRO])),
    st.tuples(st.just("QUANTITY"), offsets, st.integers(1, 4)),
    st.tuples(st.sampled_from(["PAUSE", "RESUME"]), offsets, st.sampled_from([0, 50])),
)


def change_of(number, act):
    kind, offset, value = act
    return AgreedChange(
        number,
        kind,
        START + timedelta(days=offset),
        plan_id=value if kind == "PLAN" else None,
        quantity=Decimal(value) if kind == "QUANTITY" else None,
        pause_percent=Decimal(value) if kind == "PAUSE" else None,
    )


@given(st.lists(acts, max_size=6))
@settings(deadline=None)
def test_after_any_changes_each_day_is_served_as_if_all_had_been_known_at_once(drawn):
    stored, changes = facts(agreed()), []
    for number, act in enumerate(drawn, start=1):
        changes.append(change_of(number, act))
        stored = settled(stored, agreed(*changes), changes[-1].effective_from)
    assert served(stored) == served(facts(agreed(*changes)))


@given(st.lists(acts, max_size=3), acts)
@settings(deadline=None)
def test_an_act_taken_back_leaves_the_very_items_that_were_there(drawn, act):
    stored, changes = facts(agreed()), []
    for number, earlier in enumerate(drawn, start=1):
        changes.append(change_of(number, earlier))
        stored = settled(stored, agreed(*changes), changes[-1].effective_from)
    extra = change_of(99, act)
    done = settled(stored, agreed(*changes, extra), extra.effective_from)
    undone = settled(done, agreed(*changes), extra.effective_from)
    running = [item for item in undone if not item.is_empty]
    assert sorted(running, key=lambda item: item.item_id) == [item for item in stored if not item.is_empty]


def spans(pieces, charge_id):
    return [
        (piece.effective_from.isoformat(), piece.effective_to and piece.effective_to.isoformat(), piece.free_until)
        for piece in pieces
        if piece.plan_charge_id == charge_id
    ]


@pytest.mark.parametrize(
    ("splits", "expected", "anchor"),
    [
        (True, [("2026-01-10", "2026-01-24", date(2026, 1, 24)), ("2026-01-24", None, None)], 24),
        (False, [("2026-01-10", None, date(2026, 1, 24))], 10),
    ],
)
def test_a_trial_splits_or_is_part_of_a_whole_period(splits, expected, anchor):
    plans = {BASIC: PlanFacts(BASIC, (charge(1, trial_splits=splits, anchor="subscription_start"),), trial_count=14)}
    pieces = agreed(plans=plans)
    assert spans(pieces, 1) == expected
    assert pieces[-1].grid.anchor_day == anchor


def test_a_trial_counts_from_the_first_start_also_after_a_change():
    plans = {
        BASIC: PlanFacts(BASIC, (charge(1),), trial_count=14),
        PRO: PlanFacts(PRO, (charge(3), charge(4, is_metered=True, by_quantity=False)), trial_count=30),
    }
    pieces = agreed(AgreedChange(1, "PLAN", date(2026, 1, 20), plan_id=PRO), plans=plans)
    assert spans(pieces, 1) == [("2026-01-10", "2026-01-20", date(2026, 1, 24))]
    assert spans(pieces, 3) == [("2026-01-20", "2026-02-09", date(2026, 2, 9)), ("2026-02-09", None, None)]
    assert spans(pieces, 4) == [("2026-01-20", None, None)]


def test_what_is_charged_once_is_charged_once_however_often_its_plan_comes_back():
    plans = {BASIC: PlanFacts(BASIC, (charge(1), charge(5, interval_unit="ONCE"))), PRO: PLANS[PRO]}
    away = AgreedChange(1, "PLAN", date(2026, 2, 1), plan_id=PRO)
    back = AgreedChange(2, "PLAN", date(2026, 3, 1), plan_id=BASIC)
    assert spans(agreed(away, back, plans=plans), 5) == [("2026-01-10", None, None)]


def test_another_cycle_day_waits_for_what_is_billed():
    switch = CycleChange(date(2026, 1, 26), 15, {1: date(2026, 2, 1)})
    first, second = [piece for piece in agreed(cycle_changes=(switch,)) if piece.plan_charge_id == 1]
    assert (first.effective_to, first.grid.anchor_day) == (date(2026, 2, 1), 1)
    assert (second.effective_from, second.grid.anchor_day) == (date(2026, 2, 1), 15)


def test_seconds_are_counted_from_the_time_of_day_of_the_start():
    plans = {BASIC: PlanFacts(BASIC, (charge(1, in_seconds=True),)), PRO: PlanFacts(PRO, (charge(3, in_seconds=True),))}
    started = datetime(2026, 1, 10, 8, tzinfo=UTC)  # 10:00 in Johannesburg
    change = AgreedChange(1, "PLAN", date(2026, 1, 20), datetime(2026, 1, 20, 4, tzinfo=UTC), plan_id=PRO)
    old, new = agreed(change, plans=plans, started_at=started, starts_at=started)
    assert (old.from_seconds, old.effective_to, old.to_seconds) == (0, date(2026, 1, 20), 4 * 3600)
    assert (new.effective_from, new.from_seconds, new.effective_to) == (date(2026, 1, 19), 20 * 3600, None)


def test_what_is_forfeited_stays_billed_and_what_is_not_ends():
    pieces = agreed(ends_before=date(2026, 1, 20), kept_ends={1: date(2026, 2, 1)})
    assert spans(pieces, 1) == [("2026-01-10", "2026-02-01", None)]
    assert spans(pieces, 2) == [("2026-01-10", "2026-01-20", None)]
