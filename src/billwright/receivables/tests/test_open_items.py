from datetime import date, timedelta

import pytest

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.models import LegalEntity
from billwright.receivables.operations import allocate, place_hold
from billwright.receivables.queries import (
    chaseable,
    get_items,
    held_of,
    list_account_holds,
    list_credits,
    list_open_items,
    open_figures,
)
from billwright.receivables.rows import AllocationPart
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_boris, make_cash, make_item

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
BOUNDS = (0, 30, 60, 90)
DAYS_OVERDUE = (-10, 0, 1, 30, 31, 60, 61, 90, 91, 400)


@pytest.fixture
def boris():
    return make_boris(make_books("KAROO"))


@pytest.fixture
def ana(boris):
    """Owes an item of every age, the last ones written first; has credit due and not due, and one item in part paid."""
    ana = make_account(LegalEntity.objects.get(pk=boris.legal_entity_id), make_customer("Ana Botha"))
    for number, days in enumerate(DAYS_OVERDUE):
        dated = str(date(2026, 1, 31) - timedelta(days=number))
        make_item(ana, f"{number + 1}.07", due=str(DAY - timedelta(days=days)), dated=dated)
    same_day = [make_item(ana, "50.00", due="2026-02-01", dated="2026-01-05") for _ in range(3)]
    make_item(ana, "-3.00", due="2026-01-20")
    make_item(ana, "-4.00", due="2026-03-20")
    paid = AllocationPart(open_item_id=same_day[0].pk, cash_id=make_cash(ana, "20.00").pk)
    allocate(act=make_act(), parts=[paid])
    make_item(boris, "9.00")
    return ana


def standing(ana):
    return chaseable(as_of=DAY, account_ids=[ana.id])


def total(amounts):
    return sum(amounts, start=Money.zero("ZAR"))


def test_the_figures_of_an_account_are_the_sums_of_its_items(ana):
    items = standing(ana)
    overdue = [item for item in items if item.open.amount_minor > 0 and item.due_date < DAY]
    places = [sum((DAY - item.due_date).days > bound for bound in BOUNDS) for item in items]
    found = open_figures(account_id=ana.id, currency="ZAR", as_of=DAY, bounds=BOUNDS)
    assert (found.count, found.claim_count, found.overdue_count) == (15, 13, len(overdue))
    assert (found.amount, found.open) == (total(i.amount for i in items), total(i.open for i in items))
    assert found.overdue_amount == total(item.amount for item in overdue)
    assert found.overdue == total(item.open for item in overdue)
    assert found.buckets == tuple(
        total(item.open for item, place in zip(items, places, strict=True) if place == bucket) for bucket in range(5)
    )


def test_an_account_that_owes_nothing_has_figures(boris):
    found = open_figures(account_id=boris.id, currency="ZAR", as_of=DAY, bounds=BOUNDS)
    assert (found.count, found.open, found.buckets) == (0, Money.zero("ZAR"), (Money.zero("ZAR"),) * 5)


def paged(ana, **wanted):
    """The ids of all pages of two."""
    found = []
    while rows := list_open_items(account_id=ana.id, after_id=found[-1] if found else None, limit=2, **wanted):
        found += [row.open_item_id for row in rows]
    return found


def test_items_come_in_the_order_in_which_they_are_chased_page_by_page(ana):
    items = standing(ana)
    assert paged(ana) == [item.open_item_id for item in items]
    late = [item.open_item_id for item in items if item.open.amount_minor > 0 and item.due_date < DAY]
    assert paged(ana, overdue_on=DAY) == late
    assert paged(ana, among=late[3:6]) == late[3:6]
    credit = [item.open_item_id for item in items if item.open.amount_minor < 0]
    assert [item.open_item_id for item in list_credits(ana.id)] == credit


def test_what_holds_keep_is_what_is_not_chased_for_them(ana):
    first, second, *_others = (item.open_item_id for item in standing(ana) if item.open.amount_minor > 0)
    for item_id, amount in ((first, None), (second, "0.50"), (second, "0.25")):
        kept = amount and Money.of(amount, "ZAR")
        place_hold(act=make_act(), open_item_id=item_id, reason=HoldReason.MANUAL, valid_from=DAY, amount=kept)
    holds = list_account_holds(account_id=ana.id, as_of=DAY)
    found = held_of(get_items({hold.open_item_id for hold in holds}).values(), holds)
    assert found == {item.open_item_id: item.held for item in standing(ana) if item.held}
    assert list_account_holds(account_id=ana.id, as_of=DAY - timedelta(days=1)) == []
