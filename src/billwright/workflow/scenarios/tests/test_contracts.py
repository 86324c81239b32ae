"""Contracts that change, acted out: what is billed, corrected and paid back."""

import random
from fractions import Fraction

import pytest

REFUND = """
scenario: 1
company: {{taxes: [{{code: VAT, rate: "15"}}]}}
plans: [{{code: basic, charges: [{{code: fee, model: flat, price: "310.00"}}]}}]
accounts: [{{code: ANA, cycle_day: 1, {account}}}]
timeline:
  - {{on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: basic}}
  - {{on: 2026-01-01, do: bill}}
  - {{on: 2026-01-11, do: cancel, subscription: S1, unused: {unused}}}
  - {{on: 2026-01-11, do: bill}}
  - {{on: 2026-01-12, do: bill}}
"""


@pytest.mark.parametrize(
    ("account", "unused", "refunded", "balance"),
    [
        ("pays: at_once", "refund", ["241.50"], "0.00"),
        ("pays: at_once", "credit", [], "-241.50"),
        ("pays: at_once", "forfeit", [], "0.00"),
        ("pays: never", "refund", [], "115.00"),
        ("pays: at_once, conventions: {negative_total: refund}", "credit", ["241.50"], "0.00"),
    ],
)
def test_unused_time_is_paid_back_as_far_as_it_was_paid(act_out, account, unused, refunded, balance):
    result = act_out(REFUND.format(account=account, unused=unused)).result
    assert "error" not in result, result
    assert [refund["amount"] for refund in result["refunds"]] == refunded
    assert result["balances"]["ANA"]["ZAR"]["balance"] == balance


HEAD = """
scenario: 1
conventions: {{{conventions}}}
plans:
  - {{code: basic, charges: [{{code: fee, model: flat, price: "100.00"}}]}}
  - {{code: pro, charges: [{{code: fee, model: flat, price: "200.00"}}]}}
  - {{code: year, charges: [{{code: fee, model: flat, price: "365.00", every: 1 year}}]}}
accounts: [{{code: ANA, cycle_day: 1, timezone: Africa/Johannesburg}}]
timeline:
"""


def lines(result):
    return [
        (line["kind"], line["from"], line["to"], line["share"], line["net"])
        for kind in ("invoices", "credit_notes")
        for document in result[kind]
        for line in document["lines"]
    ]


def test_seconds_are_prorated_from_the_instant_of_the_change(act_out):
    result = act_out(
        HEAD.format(conventions="day_count: seconds, anchor: subscription_start")
        + """
  - {at: "2026-01-01T10:00:00", do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-01, do: bill}
  - {at: "2026-01-16T22:00:00", do: change, subscription: S1, plan: pro}
  - {on: 2026-01-17, do: bill}
"""
    ).result
    assert [(kind, share, net) for kind, _, _, share, net in lines(result)] == [
        ("recurring", "2678400/2678400", "100.00"),
        ("correction", "1339200/2678400", "-50.00"),
        ("recurring", "1339200/2678400", "100.00"),
    ]


@pytest.mark.parametrize(
    ("anchor", "ends", "share"),
    [
        ("account", "2027-03-01", "346/365"),
        ("subscription_start", "2027-01-10", "296/365"),
        ("restart_on_change", "2027-03-20", "365/365"),
        ("calendar", "2027-01-01", "287/365"),
    ],
)
def test_a_change_of_interval_anchors_by_the_convention(act_out, anchor, ends, share):
    result = act_out(
        HEAD.format(conventions=f"anchor: {anchor}")
        + """
  - {on: 2026-01-10, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-03-20, do: change, subscription: S1, plan: year}
  - {on: 2026-03-20, do: bill}
"""
    ).result
    assert ("recurring", "2026-03-20", ends, share) in [line[:4] for line in lines(result)]


def test_another_plan_of_the_same_interval_restarts_nothing(act_out):
    result = act_out(
        HEAD.format(conventions="anchor: restart_on_change")
        + """
  - {on: 2026-01-10, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-20, do: change, subscription: S1, plan: pro}
  - {on: 2026-01-20, do: bill}
"""
    ).result
    assert ("recurring", "2026-01-20", "2026-02-10", "21/31") in [line[:4] for line in lines(result)]


@pytest.mark.parametrize("seed", range(3))
def test_any_changes_within_a_period_come_to_price_times_days(act_out, seed):
    """Quantities change on random days, past and present, with bill runs between: each day is paid at its quantity."""
    drawn = random.Random(seed)
    quantity, timeline = dict.fromkeys(range(1, 31), 1), []
    for act_day in sorted(drawn.sample(range(2, 30), 5)):
        since, wanted = drawn.randint(1, act_day), drawn.randint(1, 9)
        timeline.append(
            f'  - {{on: 2026-04-{act_day:02}, do: quantity, subscription: S1, quantity: "{wanted}",'
            f" when: 2026-04-{since:02}}}"
        )
        timeline.append(f"  - {{on: 2026-04-{act_day:02}, do: bill}}")
        later = [day for day, _ in planned_after(timeline[:-2], since)]
        for day in range(since, min(later, default=31)):
            quantity[day] = wanted
    world = """
scenario: 1
plans: [{code: seats, charges: [{code: seat, model: per_unit, price: "10.00"}]}]
accounts: [{code: ANA, cycle_day: 1}]
timeline:
  - {on: 2026-04-01, do: subscribe, as: S1, account: ANA, plan: seats}
  - {on: 2026-04-01, do: bill}
"""
    result = act_out(world + "\n".join(timeline) + "\n").result
    owed = Fraction(1000, 30) * sum(quantity.values())
    billed = sum(Fraction(document["net"]) * 100 for document in result["invoices"])
    billed -= sum(Fraction(document["net"]) * 100 for document in result["credit_notes"])
    assert abs(billed - owed) <= len(timeline), (timeline, float(billed), float(owed))


def planned_after(timeline, since):
    """The days, later than one, from which earlier acts already hold."""
    for act in timeline:
        if "when: " in act:
            day = int(act.split("when: 2026-04-")[1][:2])
            if day > since:
                yield day, act


def test_a_change_and_its_undoing_leave_no_trace(act_out):
    result = act_out(
        HEAD.format(conventions="anchor: account")
        + """
  - {on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-01, do: bill}
  - {on: 2026-01-10, do: change, subscription: S1, plan: pro}
  - {on: 2026-01-12, do: change, subscription: S1, plan: basic, when: 2026-01-10}
  - {on: 2026-01-13, do: pause, subscription: S1}
  - {on: 2026-01-13, do: resume, subscription: S1}
  - {on: 2026-01-20, do: bill}
  - {on: 2026-02-01, do: bill}
"""
    ).result
    assert lines(result) == [
        ("recurring", "2026-01-01", "2026-02-01", "31/31", "100.00"),
        ("recurring", "2026-02-01", "2026-03-01", "28/28", "100.00"),
    ]


def test_another_cycle_day_leaves_what_is_billed(act_out):
    result = act_out(
        HEAD.format(conventions="anchor: account")
        + """
  - {on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-01, do: bill}
  - {on: 2026-01-26, do: cycle_day, account: ANA, day: 15}
  - {on: 2026-02-01, do: bill}
  - {on: 2026-02-15, do: bill}
"""
    ).result
    assert lines(result)[1:] == [
        ("recurring", "2026-02-01", "2026-02-15", "14/31", "45.16"),
        ("recurring", "2026-02-15", "2026-03-15", "28/28", "100.00"),
    ]
