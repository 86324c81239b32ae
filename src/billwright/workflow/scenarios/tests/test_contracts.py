"""Contracts that change, acted out: what is billed, corrected and paid back."""

import random
from fractions import Fraction

import pytest

from billwright.payments import watch
from billwright.payments.states import FraudRuleKind

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


def test_what_is_to_be_looked_at_twice_is_not_paid_back_by_the_bill_run(act_out, monkeypatch):
    monkeypatch.setitem(watch.THRESHOLDS, FraudRuleKind.CHARGEBACK_HISTORY, (-1, 365))
    result = act_out(REFUND.format(account="pays: at_once", unused="refund")).result
    assert (result.get("error"), result["refunds"]) == (None, [])
    assert result["balances"]["ANA"]["ZAR"]["balance"] == "-241.50"


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


@pytest.mark.parametrize("seed", range(4))
def test_any_changes_within_a_period_come_to_price_times_days(act_out, seed):
    """Quantities and pauses on random days, past and present, some billed between: each day at its quantity."""
    drawn = random.Random(seed)
    quantities, pauses, timeline = [(1, "1")], [(1, False)], []
    for act_day in sorted(drawn.sample(range(2, 31), 7)):
        since = drawn.choice((act_day, drawn.randint(2, act_day)))
        if drawn.random() < 0.5:
            wanted = str(drawn.randint(1, 3))
            quantities.append((since, wanted))
            act = f'do: quantity, subscription: S1, quantity: "{wanted}", when: 2026-04-{since:02}'
        else:
            is_paused = held_on(pauses, since)
            pauses.append((since, not is_paused))
            act = f"do: {'resume' if is_paused else 'pause'}, subscription: S1, when: 2026-04-{since:02}"
        timeline.append(f"  - {{on: 2026-04-{act_day:02}, {act}}}")
        timeline += [f"  - {{on: 2026-04-{act_day:02}, do: bill}}"] * drawn.choice((0, 1))
    result = act_out(SEATS + "\n".join(timeline) + "\n  - {on: 2026-04-30, do: bill}\n").result
    assert result["refused"] == []
    served = [0 if held_on(pauses, day) else int(held_on(quantities, day)) for day in range(1, 31)]
    owed = Fraction(1000, 30) * sum(served)
    billed = sum(Fraction(document["net"]) * 100 for document in result["invoices"])
    billed -= sum(Fraction(document["net"]) * 100 for document in result["credit_notes"])
    assert abs(billed - owed) <= len(timeline), (timeline, float(billed), float(owed))


SEATS = """
scenario: 1
plans: [{code: seats, charges: [{code: seat, model: per_unit, price: "10.00"}]}]
accounts: [{code: ANA, cycle_day: 1}]
timeline:
  - {on: 2026-04-01, do: subscribe, as: S1, account: ANA, plan: seats}
  - {on: 2026-04-01, do: bill}
"""


def held_on(recorded, day):
    """What holds on a day: of what begins by then the latest, of one day the last recorded."""
    return [value for since, value in sorted(recorded, key=lambda one: one[0]) if since <= day][-1]


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        (("11: pause", "21: resume"), [("correction", "2026-01-11", "2026-01-21", "10/31", "32.26")]),
        (
            ("11: pause", "21: resume", "25: cancel"),
            [("correction", "2026-01-11", "2026-02-01", "17/31", "54.84")],
        ),
        (
            ("11: change, plan: pro", "21: change, plan: basic"),
            [
                ("recurring", "2026-01-11", "2026-01-21", "10/31", "64.52"),
                ("correction", "2026-01-11", "2026-01-21", "10/31", "-32.26"),
            ],
        ),
    ],
)
def test_between_two_runs_a_line_is_corrected_once_net_of_all_that_happened(act_out, acts, expected):
    days = "\n".join(
        f"  - {{on: 2026-01-{act.split(': ', 1)[0]}, subscription: S1, do: {act.split(': ', 1)[1]}}}" for act in acts
    )
    world = HEAD.format(conventions="anchor: account") + (
        "  - {on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: basic}\n  - {on: 2026-01-01, do: bill}\n"
    )
    result = act_out(f"{world}{days}\n  - {{on: 2026-01-26, do: bill}}\n  - {{on: 2026-01-27, do: bill}}\n").result
    assert sorted(lines(result)[1:], reverse=True) == expected


def test_a_change_dated_earlier_afterwards_bills_only_the_days_before(act_out):
    result = act_out(
        HEAD.format(conventions="anchor: account")
        + """
  - {on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-01, do: bill}
  - {on: 2026-01-20, do: change, subscription: S1, plan: pro}
  - {on: 2026-01-20, do: bill}
  - {on: 2026-01-25, do: change, subscription: S1, plan: pro, when: 2026-01-10}
  - {on: 2026-01-25, do: bill}
"""
    ).result
    assert sorted(lines(result))[-2:] == [
        ("recurring", "2026-01-10", "2026-01-20", "10/31", "64.52"),
        ("recurring", "2026-01-20", "2026-02-01", "12/31", "77.42"),
    ]
    assert ("correction", "2026-01-10", "2026-01-20", "10/31", "-32.26") in lines(result)


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
