"""What is open is summed by account and by day; sums and changes not yet folded are always right together."""

from datetime import date, datetime

import pytest

from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.receivables.models import AccountSum, DaySum, OpenChange
from billwright.receivables.operations import allocate, fold_changes
from billwright.receivables.queries import untied
from billwright.receivables.rows import AllocationPart
from billwright.receivables.tests.builders import make_ana, make_cash, make_item

pytestmark = pytest.mark.django_db


def settle(item, cash, amount):
    part = AllocationPart(open_item_id=item.pk, cash_id=cash.pk, amount=Money.of(amount, "ZAR"))
    allocate(act=make_act(), parts=[part])


def fold(day="2026-01-15"):
    return fold_changes(at=datetime.fromisoformat(f"{day}T12:00:00+00:00"))


def sums_of(account):
    return AccountSum.objects.values_list("open_minor", "oldest_due").get(account_id=account.id)


def test_changes_are_folded_once():
    ana = make_ana()
    make_item(ana, "100.00", due="2026-02-01")
    assert [fold(), fold()] == [1, 0]
    assert sums_of(ana) == (10000, date(2026, 2, 1))
    assert not OpenChange.objects.exists()


def test_a_settled_item_gives_way_to_the_next_oldest():
    ana = make_ana()
    item = make_item(ana, "100.00", due="2026-02-01")
    make_item(ana, "50.00", due="2026-03-01")
    fold()
    settle(item, make_cash(ana, "100.00"), "100.00")
    fold()
    assert sums_of(ana) == (5000, date(2026, 3, 1))
    assert untied() == []


def test_sums_tie_between_two_folds():
    ana = make_ana()
    item = make_item(ana, "100.00")
    fold()
    settle(item, make_cash(ana, "30.00"), "30.00")
    assert OpenChange.objects.get().open_minor == -3000
    assert untied() == []


def test_credit_notes_count_negative():
    ana = make_ana()
    make_item(ana, "-20.00", due="2026-01-02")
    fold()
    assert sums_of(ana) == (-2000, None)


def overdue_of(account):
    return AccountSum.objects.values_list("overdue_minor", "last_due", "next_due").get(account_id=account.id)


def test_items_come_overdue_by_the_calendar():
    ana = make_ana()
    make_item(ana, "100.00", due="2026-02-01")
    make_item(ana, "50.00", due="2026-03-01")
    fold("2026-02-01")
    assert overdue_of(ana) == (0, None, date(2026, 2, 1))
    fold("2026-02-02")
    assert overdue_of(ana) == (10000, date(2026, 2, 1), date(2026, 3, 1))
    assert untied() == []
    fold("2026-03-02")
    assert overdue_of(ana) == (15000, date(2026, 3, 1), None)


def test_overdue_ties_between_two_folds():
    ana = make_ana()
    item = make_item(ana, "100.00", due="2026-02-01")
    make_item(ana, "50.00", due="2026-03-01")
    fold("2026-02-02")
    settle(item, make_cash(ana, "30.00"), "30.00")
    make_item(ana, "7.00", due="2026-01-20")
    assert untied() == []
    fold("2026-02-02")
    assert overdue_of(ana) == (7700, date(2026, 2, 1), date(2026, 3, 1))


@pytest.mark.unties
def test_a_wrong_overdue_sum_is_named():
    ana = make_ana()
    make_item(ana, "100.00", due="2026-02-01")
    fold("2026-02-02")
    AccountSum.objects.update(overdue_minor=9999)
    assert [(found.what, found.stated.amount_minor) for found in untied()] == [("check_account_sums", 9999)]


@pytest.mark.unties
def test_a_wrong_sum_is_named():
    ana = make_ana()
    make_item(ana, "100.00")
    fold()
    AccountSum.objects.update(open_minor=9999)
    DaySum.objects.update(open_minor=10001)
    assert [(found.what, found.account_id, found.stated.amount_minor) for found in untied()] == [
        ("check_account_sums", ana.id, 9999),
        ("check_day_sums", None, 10001),
    ]
