from datetime import date
from decimal import Decimal

import pytest

from billwright.rating.netting import NettedPeriod, net_periods, settlement_days


def period(month, imported, exported, **more):
    return NettedPeriod(date(2026, month, 1), date(2026, month + 1, 1), Decimal(imported), Decimal(exported), **more)


# The rollover bank worked out in the domain notes: 120, 190, 170, 70, and the rest settled.
YEAR = (period(3, 300, 420), period(4, 280, 350), period(5, 310, 290), period(6, 400, 300))


def test_the_bank_of_a_year():
    netted, settled = net_periods(bank=Decimal(0), periods=YEAR, settle_days=[date(2026, 6, 30)])
    assert [(int(one.billed), int(one.banked), int(one.used)) for one in netted] == [
        (0, 120, 0),
        (0, 70, 0),
        (0, 0, 20),
        (0, 0, 100),
    ]
    assert [(one.settled_on, int(one.quantity)) for one in settled] == [(date(2026, 6, 30), 70)]


def test_what_the_bank_lacks_is_billed():
    netted, _ = net_periods(bank=Decimal(30), periods=[period(1, 100, 20)], settle_days=[])
    assert (netted[0].billed, netted[0].used) == (50, 30)


def test_a_day_of_settlement_comes_before_the_period_that_runs_beyond_it():
    netted, settled = net_periods(
        bank=Decimal(30), periods=[period(6, 100, 20), period(7, 10, 0)], settle_days=[date(2026, 6, 15)]
    )
    assert [one.quantity for one in settled] == [30]
    assert [one.billed for one in netted] == [80, 10]


def test_an_interim_period_leaves_the_bank():
    netted, settled = net_periods(
        bank=Decimal(30), periods=[period(1, 100, 20, is_closing=False)], settle_days=[date(2026, 1, 31)]
    )
    assert (netted[0].used, [one.quantity for one in settled]) == (30, [30])


def test_an_empty_bank_is_not_settled():
    assert net_periods(bank=Decimal(0), periods=[], settle_days=[date(2026, 6, 30)]) == ([], [])


@pytest.mark.parametrize(
    ("month", "day", "after", "until", "expected"),
    [
        (6, 30, date(2025, 6, 30), date(2026, 6, 30), [date(2026, 6, 30)]),
        (6, 30, date(2025, 6, 29), date(2026, 6, 29), [date(2025, 6, 30)]),
        (2, 29, date(2026, 1, 1), date(2028, 12, 31), [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]),
        (12, 31, date(2026, 1, 1), date(2026, 12, 31), [date(2026, 12, 31)]),
    ],
)
def test_the_days_of_settlement(month, day, after, until, expected):
    assert settlement_days(month=month, day=day, after=after, until=until) == expected
