from decimal import Decimal

import pytest

from billwright.workflow.scenarios import running

HEAD = """
scenario: 1
company: {name: Karoo, country: ZA, currency: ZAR, timezone: Africa/Johannesburg, taxes: [{code: VAT, rate: "15"}]}
plans:
  - code: basic
    charges: [{code: fee, model: flat, price: "100.00", every: 1 month, timing: advance}]
  - code: seats
    charges: [{code: seat, model: per_unit, price: "9.99", every: 1 month, timing: arrears}]
accounts: [{code: ANA, cycle_day: 1, terms: 14 days}]
"""


def world(timeline, expect=""):
    return f"{HEAD}timeline:\n{timeline}\n{expect}"


FIRST_MONTH = """
  - {on: 2026-01-10, do: subscribe, as: S1, account: ANA, plan: basic}
  - {on: 2026-01-10, do: bill}
"""


def test_a_part_month_is_charged_by_its_days(act_out):
    outcome = act_out(
        world(
            FIRST_MONTH + "  - {on: 2026-02-01, do: bill}",
            """
expect:
  invoices:
    - {as: ANA-1, date: 2026-01-10, due: 2026-01-24, net: "70.97", tax: "10.65", total: "81.62",
       lines: [{charge: fee, kind: recurring, from: 2026-01-10, to: 2026-02-01, share: 22/31, amount: "70.97"}]}
    - {as: ANA-2, date: 2026-02-01, total: "115.00"}
""",
        )
    )
    assert (outcome.exit_code, outcome.differences) == (0, ())


def test_a_second_run_writes_nothing(act_out):
    outcome = act_out(world(FIRST_MONTH + "  - {on: 2026-01-10, do: bill}"))
    assert len(outcome.result["invoices"]) == 1


def test_a_difference_is_named_by_its_path(act_out):
    outcome = act_out(world(FIRST_MONTH, 'expect: {invoices: [{total: "80.00"}]}'))
    assert (outcome.exit_code, outcome.differences[0].path) == (1, "invoices[0].total")


def test_a_refused_act_changes_nothing_and_the_world_goes_on(act_out):
    outcome = act_out(
        world(
            FIRST_MONTH
            + """
  - {on: 2026-01-12, do: receive, as: P1, account: ANA, amount: "50.00", allocate: [ANA-9], refused: true}
  - {on: 2026-01-13, do: receive, as: P2, account: ANA, amount: "50.00", allocate: [ANA-1]}
"""
        )
    )
    assert [one["act"] for one in outcome.result["refused"]] == [3]
    assert [(one["as"], one["unallocated"]) for one in outcome.result["payments"]] == [("P2", "0.00")]
    assert outcome.exit_code == 0


def test_money_is_allocated_taken_back_and_refunded(act_out):
    outcome = act_out(
        world(
            FIRST_MONTH
            + """
  - {on: 2026-01-20, do: receive, as: P1, account: ANA, amount: "100.00", allocate: [ANA-1]}
  - {on: 2026-01-21, do: refund, as: R1, payment: P1, amount: "18.38"}
  - {on: 2026-01-22, do: receive, as: P2, account: ANA, amount: "5.00"}
  - {on: 2026-01-23, do: unallocate, payment: P1, documents: [ANA-1]}
  - {on: 2026-01-24, do: allocate, payment: P1, documents: [{document: ANA-1, amount: "80.00"}]}
""",
            """
expect:
  payments: [{as: P1, amount: "100.00", unallocated: "1.62"}, {as: P2, unallocated: "5.00"}]
  refunds: [{as: R1, amount: "18.38", payment: P1}]
  allocations: [{payment: P1, document: ANA-1, amount: "80.00"}]
  open_items: [{document: ANA-1, open: "1.62"}]
  balances: {ANA: {ZAR: {open: "1.62", credit: "6.62", balance: "-5.00"}}}
""",
        )
    )
    assert (outcome.exit_code, outcome.differences, outcome.result["refused"]) == (0, (), [])


def test_a_returned_payment_reopens_its_invoice(act_out):
    outcome = act_out(
        world(
            FIRST_MONTH
            + """
  - {on: 2026-01-20, do: receive, as: P1, account: ANA, amount: "81.62", allocate: [ANA-1]}
  - {on: 2026-03-02, do: return, payment: P1}
"""
        )
    )
    assert [(one["document"], one["due"], one["open"]) for one in outcome.result["open_items"]] == [
        ("ANA-1", "2026-01-24", "81.62")
    ]


def test_arrears_are_billed_the_day_after_and_a_cancellation_cuts_the_last(act_out):
    outcome = act_out(
        world(
            """
  - {on: 2026-01-01, do: subscribe, as: S1, account: ANA, plan: seats, quantity: "3"}
  - {on: 2026-02-01, do: bill}
  - {on: 2026-02-11, do: cancel, subscription: S1, when: now}
  - {on: 2026-02-11, do: bill}
"""
        )
    )
    nets = [Decimal(invoice["net"]) for invoice in outcome.result["invoices"]]
    assert nets == [Decimal("29.97"), Decimal("10.70")]


def test_who_pays_when_due_pays_on_the_due_day(act_out):
    text = world(FIRST_MONTH + "  - {on: 2026-02-01, do: bill}").replace(
        "terms: 14 days", "terms: 14 days, pays: when_due"
    )
    assert [(one["date"], one["amount"]) for one in act_out(text).result["payments"]] == [("2026-01-24", "81.62")]


def test_a_wrong_file_runs_nothing(act_out):
    outcome = act_out(world(FIRST_MONTH).replace("do: bill", "do: bil"))
    assert (outcome.exit_code, outcome.result["error"]["line"]) == (2, 13)


BY_HAND = """
  - {on: 2026-01-10, do: invoice, as: I1, account: ANA, reference: PO-7,
     lines: [{text: Set-up, quantity: "2", unit: "100.00", discount: "10"}, {text: Stamp, amount: "5.00", tax: []}]}
"""


def test_a_manual_invoice_has_discount_and_tax_per_line(act_out):
    outcome = act_out(
        world(
            BY_HAND,
            """
expect:
  invoices: [{as: I1, net: "185.00", tax: "27.00", total: "212.00", lines: [
    {amount: "200.00", discount: "20.00", net: "180.00", tax: "27.00"}, {net: "5.00", tax: "0"}]}]
""",
        )
    )
    assert (outcome.exit_code, outcome.differences, outcome.result["refused"]) == (0, (), [])


def test_a_credit_note_takes_discount_and_tax_in_proportion_and_settles_its_invoice(act_out):
    outcome = act_out(
        world(
            BY_HAND
            + '  - {on: 2026-01-12, do: credit_note, as: C1, document: I1, lines: [{line: 1, amount: "100.00"}]}',
            """
expect:
  credit_notes: [{as: C1, invoice: I1, net: "90.00", tax: "13.50", total: "103.50", open: "0.00"}]
  open_items: [{document: I1, open: "108.50"}]
""",
        )
    )
    assert (outcome.exit_code, outcome.differences, outcome.result["refused"]) == (0, (), [])


def test_more_than_was_billed_is_never_credited(act_out):
    act = '  - {on: 2026-01-12, do: credit_note, document: I1, lines: [{line: 1, amount: "200.01"}], refused: true}'
    assert act_out(world(BY_HAND + act)).exit_code == 0


def test_a_debit_note_raises_the_claim(act_out):
    act = '  - {on: 2026-01-12, do: debit_note, as: D1, document: I1, lines: [{text: More, amount: "10.00"}]}'
    outcome = act_out(world(BY_HAND + act, 'expect: {debit_notes: [{as: D1, invoice: I1, total: "11.50"}]}'))
    assert (outcome.exit_code, outcome.differences, outcome.result["refused"]) == (0, (), [])


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("timezone: Africa/Johannesburg", "timezone: Africa/Nowhere", 3),
        ('price: "9.99"', 'price: "9.99", meter: none', 8),
        ('price: "9.99"', 'price: "9.99", tax: GST', 8),
        ("terms: 14 days", "parent: BOB", 9),
        ("terms: 14 days", "currency: XXZ", 9),
        ("terms: 14 days", "conventions: {e_invoice: everybody, rounding: sum_then_round}", 9),
        ("plans:", "conventions: {e_invoice: organizations, rounding: sum_then_round}\nplans:", 4),
        ("code: seats\n", "code: seats\n    conventions: {e_invoice: nobody}\n", 8),
    ],
)
def test_what_the_world_cannot_be_made_of_is_told_at_its_line(act_out, old, new, line):
    outcome = act_out(world(FIRST_MONTH).replace(old, new))
    assert (outcome.exit_code, outcome.result["error"]["line"]) == (2, line)


def test_a_mistake_of_ours_names_the_act(act_out, monkeypatch):
    monkeypatch.setitem(running.ACTS, "bill", lambda _stage, _act: 1 / 0)
    outcome = act_out(world(FIRST_MONTH))
    assert (outcome.exit_code, outcome.result["error"]["line"]) == (2, 13)


def test_a_credit_note_without_a_document_is_credit_of_the_account(act_out):
    outcome = act_out(
        world(
            """
  - {on: 2026-01-10, do: credit_note, as: C1, account: ANA, lines: [{text: Bonus, amount: "30.00", tax: []}]}
  - {on: 2026-01-10, do: debit_note, as: D1, account: ANA, lines: [{text: Fee, quantity: "2", unit: "5.00"}]}
  - {on: 2026-01-10, do: credit_note, account: ANA, lines: [{text: Turned, amount: "-1.00"}], refused: true}
""",
            """
expect:
  credit_notes: [{as: C1, total: "30.00", lines: [{kind: one_off, amount: "30.00", net: "30.00"}]}]
  debit_notes: [{as: D1, net: "10.00", tax: "1.50", total: "11.50"}]
  balances: {ANA: {ZAR: {open: "11.50", credit: "30.00", balance: "-18.50"}}}
""",
        )
    )
    assert (outcome.exit_code, outcome.differences) == (0, ())


def test_nothing_to_pay_is_due_at_once(act_out):
    act = '  - {on: 2026-01-10, do: invoice, as: I1, account: ANA, lines: [{text: Gift, amount: "0.00"}]}'
    outcome = act_out(world(act, 'expect: {invoices: [{as: I1, total: "0.00", due: 2026-01-10}]}'))
    assert (outcome.exit_code, outcome.differences) == (0, ())
