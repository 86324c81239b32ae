from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from billwright.catalog.policies.escalating import escalated, reference_month, step_by_index, step_by_percent
from billwright.catalog.rows import Escalation, PriceRow, TierRow

D = Decimal
START = date(2024, 3, 31)
DAYS = [START, date(2025, 3, 31), date(2026, 3, 31)]
VALUES = {date(2024, 2, 1): D("100"), date(2025, 2, 1): D("104"), date(2026, 2, 1): D("124.8")}


def price(amount, *, tiers=()):
    return PriceRow(
        1, 1, "ZAR", "", START, 1, D(amount), D(1), None, None, D(5), None, 0, None, D("0.1"), None, None, "", (),
        D(10), None, tiers, (), None, None, None, "",
    )  # fmt: skip


@pytest.mark.parametrize(("count", "expected"), [(1, "0.1224"), (4, "0.1299"), (9, "0.1434"), (19, "0.1748")])
def test_a_price_rises_from_the_first_price_not_from_a_rounded_one(count, expected):
    """The power purchase example of 0.1200 and 2 %: years 2, 5, 10 and 20."""
    new = escalated(price("0.1200"), step_by_percent(D(2), count), decimals=4, valid_from=START, scope="subscription:1")
    assert new.unit_price == D(expected)


def test_tiers_and_fixed_parts_rise_while_sizes_and_limits_stay():
    first = price("1", tiers=(TierRow(D(10), D(2), D(3), percent=None), TierRow(None, percent=D(4))))
    new = escalated(first, step_by_percent(D(10), 1), decimals=2, valid_from=START, scope="subscription:1")
    assert (new.tiers[0].unit_price, new.tiers[0].flat, new.tiers[1].percent) == (D("2.20"), D("3.30"), D(4))
    assert (new.fixed, new.included, new.minimum) == (D("0.11"), D(5), D(10))


def test_an_index_moves_each_step_and_is_printed():
    step = step_by_index(Escalation(index="CPI"), VALUES, DAYS)
    assert step.factor == Fraction("1.248")
    assert step.says == "CPI 2026-02: 124.8, 2025-02: 104"


def test_cap_and_floor_bound_each_step():
    capped = step_by_index(Escalation(index="CPI", cap=D(6)), VALUES, DAYS)
    assert capped.factor == Fraction("1.04") * Fraction("1.06")
    floored = step_by_index(Escalation(index="CPI", floor=D(5), cap=D(6)), VALUES, DAYS[:2])
    assert floored.factor == Fraction("1.05")


def test_an_unpublished_month_is_waited_for():
    assert step_by_index(Escalation(index="CPI"), VALUES, [START, date(2025, 4, 30)]) is None
    assert reference_month(date(2026, 1, 31)) == date(2025, 12, 1)
