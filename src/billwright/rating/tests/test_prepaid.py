from datetime import date
from decimal import Decimal

from billwright.rating.prepaid import Draw, Lot, MeteredPeriod, draw, left_over


def lot(number, left, expires="2026-12-31", granted="2026-01-01"):
    return Lot(number, date.fromisoformat(granted), date.fromisoformat(expires), Decimal(left))


def period(quantity, included="0", month=3, **drawn):
    taken = {int(name[1:]): Decimal(units) for name, units in drawn.items()}
    return MeteredPeriod(date(2026, month, 1), date(2026, month + 1, 1), Decimal(quantity), Decimal(included), taken)


def test_the_lot_that_expires_first_is_used_first():
    lots = [lot(1, 50, "2026-12-31"), lot(2, 30, "2026-06-30")]
    assert draw(period(40), lots) == (40, [Draw(2, Decimal(30)), Draw(1, Decimal(10))])
    assert [one.left for one in lots] == [40, 0]


def test_what_is_included_is_used_before_any_lot():
    assert draw(period(40, "35"), [lot(1, 50)]) == (5, [Draw(1, Decimal(5))])


def test_an_expired_or_later_lot_does_not_hold():
    lots = [lot(1, 50, expires="2026-03-01"), lot(2, 50, granted="2026-04-01")]
    assert draw(period(40), lots) == (0, [])


def test_a_period_measured_again_takes_only_the_difference():
    assert draw(period(40, l1="30"), [lot(1, 50)]) == (40, [Draw(1, Decimal(10))])
    assert draw(period(20, l1="30"), [lot(1, 0, expires="2026-03-01")]) == (20, [Draw(1, Decimal(-10))])
    assert draw(period(30, l1="30"), [lot(1, 0)]) == (30, [])


def test_what_is_left_over_of_what_is_included():
    assert [left_over(period(quantity, "35")) for quantity in ("10", "35", "99", "-5")] == [25, 0, 0, 35]
