from datetime import date

import pytest

from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.receivables.models import Hold
from billwright.receivables.operations import place_hold, release_hold
from billwright.receivables.queries import chaseable, list_holds
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_ana, make_item

pytestmark = pytest.mark.django_db


def hold(item, *, amount=None, since="2026-02-10", until=None, reason=HoldReason.MANUAL):
    return place_hold(
        act=make_act(),
        open_item_id=item.pk,
        reason=reason,
        valid_from=date.fromisoformat(since),
        valid_until=date.fromisoformat(until) if until else None,
        amount=Money.of(amount, "ZAR") if amount else None,
    )


def held_on(account, day):
    [row] = chaseable(as_of=date.fromisoformat(day), account_ids=[account.id])
    return str(row.held.decimal)


def test_a_hold_begins_on_its_first_day_and_ends_before_its_last():
    ana = make_ana()
    hold(make_item(ana, "100.00"), amount="30.00", until="2026-02-20")
    days = ("2026-02-09", "2026-02-10", "2026-02-19", "2026-02-20")
    assert [held_on(ana, day) for day in days] == ["0.00", "30.00", "30.00", "0.00"]


def test_holds_add_up_to_what_is_open_at_most():
    ana = make_ana()
    item = make_item(ana, "100.00")
    hold(item, amount="60.00")
    hold(item, amount="60.00", reason=HoldReason.DISPUTE)
    assert held_on(ana, "2026-02-10") == "100.00"


def test_releasing_keeps_what_was_known():
    ana = make_ana()
    placed = hold(make_item(ana, "100.00"))
    released = release_hold(act=make_act(at="2026-03-01T08:00:00"), hold_id=placed.hold_id, on=date(2026, 3, 1))
    assert released.valid_until == date(2026, 3, 1)
    assert [held_on(ana, day) for day in ("2026-02-28", "2026-03-01")] == ["100.00", "0.00"]
    assert Hold.objects.get(pk=placed.hold_id).superseded_at is not None
    with pytest.raises(Conflict):
        release_hold(act=make_act(), hold_id=placed.hold_id, on=date(2026, 3, 2))


def test_the_holds_of_a_day_are_listed():
    item = make_item(make_ana(), "100.00")
    hold(item, until="2026-02-20")
    assert [row.reason for row in list_holds(open_item_ids=[item.pk], as_of=date(2026, 2, 15))] == [HoldReason.MANUAL]
    assert list_holds(open_item_ids=[item.pk], as_of=date(2026, 2, 20)) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": "-1.00"}, "hold.amount"),
        ({"until": "2026-02-10"}, "hold.period"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused(values, code):
    item = make_item(make_ana(), "100.00")
    with pytest.raises(Refusal) as refused:
        hold(item, **values)
    assert refused.value.code == code
    assert not Hold.objects.exists()


def test_credit_notes_and_unknown_items_are_not_held():
    credit = make_item(make_ana(), "-10.00")
    with pytest.raises(Refusal) as refused:
        hold(credit)
    assert refused.value.code == "hold.on_credit"
    with pytest.raises(NotFound):
        release_hold(act=make_act(), hold_id=0, on=date(2026, 3, 1))
