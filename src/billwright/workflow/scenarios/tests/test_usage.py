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


SOLAR = """
scenario: 1
company: {name: Karoo, country: ZA, currency: ZAR, timezone: Africa/Johannesburg, taxes: []}
meters: [{code: import, aggregate: sum}, {code: export, aggregate: sum}]
plans:
  - code: solar
    net: {import: import, export: export, settle: "06-30", settle_price: "0.50"}
    charges:
      - {code: grid, model: per_unit, meter: import, price: "2.00", every: 1 month, timing: arrears}
      - {code: support, model: per_unit, meter: bank_used, price: "0.10", every: 1 month, timing: arrears}
accounts: [{code: ANA, cycle_day: 1}]
timeline:
  - {on: 2026-03-01, do: subscribe, as: S1, account: ANA, plan: solar}
"""
MONTHS = ((3, "300", "420"), (4, "280", "350"), (5, "310", "290"), (6, "400", "300"), (7, "50", "20"))


def solar(*bill_days):
    acts = []
    for month, imported, exported in MONTHS:
        for meter, quantity in (("import", imported), ("export", exported)):
            acts.append((f"2026-{month:02}-10", f'do: usage, subscription: S1, meter: {meter}, quantity: "{quantity}"'))
    acts += [(day, "do: bill") for day in bill_days]
    return SOLAR + "".join(f"  - {{on: {day}, {what}}}\n" for day, what in sorted(acts, key=lambda act: act[0]))


LINES = [
    ("support", "usage", "2026-05-01", "20", "2.00"),
    ("support", "usage", "2026-06-01", "100", "10.00"),
    ("grid", "settlement", "2026-06-30", "-70", "-35.00"),
    ("grid", "usage", "2026-07-01", "30", "60.00"),
]


def lines_of(outcome):
    made = [line for kind in ("invoices", "credit_notes") for one in outcome.result[kind] for line in one["lines"]]
    return sorted(
        (line["charge"], line["kind"], line["from"], line["quantity"], line["net"].lstrip("-")) for line in made
    )


def test_surplus_is_banked_used_and_settled_whatever_the_number_of_runs(act_out):
    monthly = act_out(solar("2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01", "2026-08-02"))
    at_once = act_out(solar("2026-08-01"))
    expected = sorted((charge, kind, day, quantity, net.lstrip("-")) for charge, kind, day, quantity, net in LINES)
    assert lines_of(monthly) == expected
    assert lines_of(at_once) == expected


SLA = """
scenario: 1
company: {name: Karoo, country: ZA, currency: ZAR, timezone: Africa/Johannesburg, taxes: [{code: VAT, rate: "15"}]}
plans:
  - code: hosting
    sla: [{below: "99.9", percent: "10"}, {below: "99.0", percent: "25"}]
    charges: [{code: fee, model: flat, price: "2400.00", every: 1 month, timing: TIMING}]
accounts: [{code: ANA, cycle_day: 1}]
timeline:
  - {on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: hosting}
  - {on: 2026-01-01, do: bill}
"""
OUTAGE = """  - {on: 2026-01-20, do: outage, subscription: S1, uptime: "99.398"}
  - {on: 2026-01-21, do: outage, subscription: S1, uptime: "99.398"}
"""


def credits_of(outcome):
    lines = [line for one in outcome.result["invoices"] for line in one["lines"] if line["kind"] == "service_credit"]
    return [(line["subscription"], line["net"], line["tax"]) for line in lines]


def test_an_outage_is_credited_once_with_the_next_bill(act_out):
    for timing in ("advance", "arrears"):
        outcome = act_out(SLA.replace("TIMING", timing) + OUTAGE + "  - {on: 2026-02-01, do: bill}\n")
        assert credits_of(outcome) == [("S1", "-240.00", "-36.00")], timing


def test_a_lower_band_later_in_the_month_adds_the_difference(act_out):
    worse = '  - {on: 2026-01-25, do: outage, subscription: S1, uptime: "98.5"}\n  - {on: 2026-02-01, do: bill}\n'
    assert [net for _, net, _ in credits_of(act_out(SLA.replace("TIMING", "advance") + OUTAGE + worse))] == [
        "-240.00",
        "-360.00",
    ]


def test_a_promise_kept_or_never_made_earns_nothing(act_out):
    kept = SLA.replace("TIMING", "advance") + '  - {on: 2026-01-20, do: outage, subscription: S1, uptime: "99.9"}\n'
    outcome = act_out(kept + "  - {on: 2026-02-01, do: bill}\n")
    assert (credits_of(outcome), outcome.exit_code) == ([], 0)
    never = act_out(kept.replace('    sla: [{below: "99.9", percent: "10"}, {below: "99.0", percent: "25"}]\n', ""))
    assert [one["rule"] for one in never.result["refused"]] == ["outage.no_service_level"]


CALLS = """
scenario: 1
company: {name: Karoo, country: ZA, currency: ZAR, timezone: Africa/Johannesburg, taxes: []}
meters: [{code: seconds, aggregate: sum}]
plans:
  - code: phone
    charges:
      - {code: calls, model: call, meter: seconds, every: 1 month, timing: arrears, connect: "0.10",
         rates: [{from: 0, price: "0.90", per: 60, step: 30}]}
accounts: [{code: ANA, cycle_day: 1}]
timeline:
  - {on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: phone}
  - {at: "2026-01-02T10:00:00", do: usage, subscription: S1, meter: seconds, quantity: "37", key: a,
     properties: {to: "2782"}}
  - {at: "2026-01-02T10:00:37", do: usage, subscription: S1, meter: seconds, quantity: "30", key: b, continues: a}
  - {on: 2026-02-01, do: bill}
expect:
  invoices: [{total: "1.45", lines: [{charge: calls, kind: usage, quantity: "67", net: "1.45"}]}]
  usage:
    - {key: a, subscription: S1, meter: seconds, quantity: "37", billed: "60", amount: "1.00", rated: true}
    - {key: b, quantity: "30", billed: "30", amount: "0.45", parts: [{quantity: "30", amount: "0.45"}]}
"""


def test_rated_calls_are_listed_with_what_each_came_to(act_out):
    outcome = act_out(CALLS)
    assert (outcome.exit_code, outcome.differences) == (0, ())
