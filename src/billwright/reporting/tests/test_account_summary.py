from datetime import date

import pytest

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.receivables.operations import place_hold
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_ana, make_cash, make_item
from billwright.reporting.account_summary import account_summary
from billwright.reporting.ageing import AgeingQuestion, age_lines

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)


def zar(amount):
    return Money.of(amount, "ZAR")


def ana_owes():
    ana = make_ana()
    item = make_item(ana, "100.00", due="2026-02-01")
    make_item(ana, "50.00", due="2026-04-01")
    make_item(ana, "-20.00", due="2026-03-01")
    make_cash(ana, "30.00")
    hold = {"reason": HoldReason.DISPUTE, "amount": zar("40.00"), "valid_from": date(2026, 2, 15)}
    place_hold(act=make_act(), open_item_id=item.pk, **hold)
    return ana


def test_what_is_owed_and_why():
    summary = account_summary(account_id=ana_owes().id, as_of=TODAY)
    assert (summary.owed, summary.overdue, summary.credit, summary.unallocated, summary.balance) == (
        zar("150.00"),
        zar("100.00"),
        zar("20.00"),
        zar("30.00"),
        zar("100.00"),
    )
    assert (summary.held, summary.disputed, summary.covered, summary.chaseable) == (
        zar("40.00"),
        zar("40.00"),
        zar("50.00"),
        zar("60.00"),
    )
    assert summary.held + summary.covered + summary.chaseable == summary.owed
    assert [len(rows) for rows in (summary.open_items, summary.cash, summary.holds)] == [3, 1, 1]
    assert [len(rows) for rows in (summary.last_documents, summary.last_payments)] == [3, 1]


def test_its_ageing_is_that_of_the_report():
    ana = ana_owes()
    [line] = age_lines(AgeingQuestion(as_of=TODAY, account_ids=(ana.id,)))
    assert account_summary(account_id=ana.id, as_of=TODAY).ageing == line.buckets


def test_six_queries_whatever_the_account_holds(django_assert_num_queries):
    ana = ana_owes()
    with django_assert_num_queries(6):
        account_summary(account_id=ana.id, as_of=TODAY)
    for _count in range(5):
        make_item(ana, "5.00")
        make_cash(ana, "1.00")
    with django_assert_num_queries(6):
        account_summary(account_id=ana.id, as_of=TODAY)


def test_an_unknown_account_is_not_found():
    with pytest.raises(NotFound):
        account_summary(account_id=0, as_of=TODAY)
