from datetime import date
from decimal import Decimal

import pytest

from billwright.workflow.scenarios.reading import FileError, read_world

WORLD = """
scenario: 1
title: A small world
company: {name: Karoo Hosting, country: ZA, currency: ZAR, taxes: [{code: VAT, rate: "15"}]}
plans:
  - {code: basic, charges: [{code: fee, model: flat, price: "100.00", every: 1 quarter, timing: arrears}]}
accounts: [{code: ANA, cycle_day: 1, terms: 14 days}]
timeline:
  - {on: 2026-01-10, do: subscribe, as: S1, account: ANA, plan: basic}
  - {at: "2026-01-15T10:00:00+02:00", do: bill}
"""


def test_on_is_a_word_and_a_date_a_date():
    world = read_world(WORLD)
    assert (world.timeline[0].on, world.timeline[0].quantity) == (date(2026, 1, 10), Decimal(1))


def test_intervals_and_terms_are_read():
    world = read_world(WORLD)
    assert (world.plans[0].charges[0].every, world.accounts[0].terms) == (("MONTH", 3), 14)


def refused(text):
    with pytest.raises(FileError) as error:
        read_world(text)
    return error.value


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("cycle_day: 1,", "cycle_dya: 1,", 7, "cycle_dya"),
        ('price: "100.00"', "price: 100.00", 6, "decimal string"),
        ("do: bill", "do: fly", 10, "not known"),
        ("model: flat", "model: bumpy", 6, "model"),
        ("every: 1 quarter", "every: 1 fortnight", 6, "interval"),
        ("scenario: 1", "scenario: 9", 2, "version"),
        ("title: A small world", "title: [", 5, "YAML"),
        ("title: A small world", "title: A small world\ntitle: Twice", 4, "duplicate"),
        ("account: ANA, plan", "plan", 9, "missing"),
        ("account: ANA, plan", "acount: ANA, plan", 9, "acount"),
        ("2026-01-10, do", "2026-02-30, do", 9, "month"),
        ("do: bill", "do: bill, refused: yes", 10, "boolean"),
        ("timeline:", "expect:\n  invoices:\n    - {totl: '1'}\ntimeline:", 10, "totl"),
        ("timeline:", "conventions:\n  stub: own_period\n  day_count: actal\ntimeline:", 10, "actal"),
    ],
)
def test_a_wrong_file_names_its_line_and_what_is_wrong(old, new, line, word):
    error = refused(WORLD.replace(old, new))
    assert word in f"{error.says} {error.cure}"
    assert error.line == line


def test_an_act_needs_its_time():
    assert "on" in refused(WORLD.replace("on: 2026-01-10, ", "")).says


def test_an_unknown_convention_is_refused():
    assert "rounding" in refused(WORLD + "conventions: {rounding: up}\n").says
