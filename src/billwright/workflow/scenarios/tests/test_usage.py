HEAD = """
scenario: 1
company: {name: Karoo, country: ZA, currency: ZAR, timezone: Africa/Johannesburg, taxes: []}
meters: [{code: minutes, aggregate: sum}, {code: in, aggregate: p95}, {code: line, highest_of: [in]}]
plans:
  - {code: basic, charges: [{code: fee, model: flat, price: "100.00", every: 1 month, timing: advance}]}
accounts: [{code: ANA, cycle_day: 1}, {code: BEN, timezone: Asia/Kathmandu}]
timeline:
  - {on: 2026-01-10, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-10, do: subscribe, as: S2, account: BEN, plan: basic}
"""


def test_usage_is_recorded_once_and_the_same_key_with_another_content_refused(act_out):
    outcome = act_out(
        HEAD
        + """
  - {at: "2026-01-15T10:00:00", do: usage, subscription: S1, meter: minutes, quantity: "12.5", key: c-1}
  - {at: "2026-01-15T10:00:00", do: usage, subscription: S1, meter: minutes, quantity: "12.5", key: c-1}
  - {at: "2026-01-15T10:00:00", do: usage, subscription: S1, meter: minutes, quantity: "13", key: c-1, refused: true}
  - {at: "2026-01-15T11:00:00", do: usage, subscription: S1, meter: line, quantity: "13", refused: true}
  - {on: 2026-01-16, do: usage, subscription: S1, meter: in, series: [[3, "1"], [2, "2.5"]], every: 5 minutes, key: b}
  - {on: 2026-01-16, do: usage, subscription: S2, meter: minutes, happened: "2026-01-12", change: "-1"}
"""
    )
    assert [(one["act"], one["rule"]) for one in outcome.result["refused"]] == [
        (5, "usage.other_content"),
        (6, "usage.computed_meter"),
    ]
    assert outcome.exit_code == 0


def test_a_wrong_meter_or_act_is_a_wrong_file(act_out):
    assert act_out(HEAD.replace("aggregate: sum", "aggregate: mode")).exit_code == 2
    assert act_out(HEAD.replace("highest_of: [in]", "highest_of: [in], aggregate: sum")).exit_code == 2
    both = '  - {on: 2026-01-16, do: usage, subscription: S1, meter: in, quantity: "1", change: "1"}\n'
    assert act_out(HEAD + both).exit_code == 2
