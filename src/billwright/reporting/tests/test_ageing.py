from datetime import UTC, date, datetime

import pytest

from billwright.accounts.queries import get_customer
from billwright.accounts.tests.builders import make_account
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import make_entry
from billwright.org.queries import get_legal_entity
from billwright.receivables.operations import allocate, fold_changes, free_cash, place_hold, unallocate
from billwright.receivables.rows import AllocationPart
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item
from billwright.reporting.ageing import AgeBy, AgeingQuestion, Party, age_lines, age_totals, bucket_labels

pytestmark = pytest.mark.django_db
DAY = date(2026, 2, 15)


def zar(amount):
    return Money.of(amount, "ZAR")


def shown(report):
    """The totals of a report of one entity and currency, as text."""
    [total] = report.totals
    cells = [f"{label} {amount.decimal}" for label, amount in zip(report.labels, total.buckets, strict=True) if amount]
    return f"{total.total.decimal} = {' + '.join(cells)} | cash {total.unallocated.decimal}"


def ask(day, **values):
    return age_totals(AgeingQuestion(as_of=date.fromisoformat(day), **values))


def settle(item, cash, amount=None, *, at="2026-02-11T10:00:00"):
    part = AllocationPart(open_item_id=item.pk, cash_id=cash.pk, amount=zar(amount) if amount else None)
    return allocate(act=make_act(at=at), parts=[part])


def test_each_day_has_its_own_picture():
    ana = make_ana()
    item = make_item(ana, "100.00", dated="2026-01-02", due="2026-02-01")
    make_item(ana, "50.00", dated="2026-02-05", due="2026-03-07")
    make_item(ana, "-20.00", dated="2026-03-01", due="2026-03-01")
    settle(item, make_cash(ana, "70.00", on="2026-02-10"), "60.00")
    pictures = {
        "2026-01-01": None,
        "2026-01-02": "100.00 = not_due 100.00 | cash 0.00",
        "2026-02-01": "100.00 = not_due 100.00 | cash 0.00",
        "2026-02-02": "100.00 = 1-30 100.00 | cash 0.00",
        "2026-02-09": "150.00 = not_due 50.00 + 1-30 100.00 | cash 0.00",
        "2026-02-10": "90.00 = not_due 50.00 + 1-30 40.00 | cash 10.00",
        "2026-03-04": "70.00 = not_due 50.00 + 1-30 -20.00 + 31-60 40.00 | cash 10.00",
        "2026-08-01": "70.00 = 91+ 70.00 | cash 10.00",
    }
    for day, expected in pictures.items():
        report = ask(day)
        assert [shown(report)] == [expected] if expected else report.totals == (), day
        assert all(not total.difference and not total.cash_difference for total in report.totals), day


def test_by_document_date_in_own_buckets():
    ana = make_ana()
    make_item(ana, "100.00", dated="2026-01-02", due="2026-02-01")
    report = ask("2026-01-12", by=AgeBy.DOCUMENT, bounds=(7, 14))
    assert report.labels == ("0-7", "8-14", "15+")
    assert shown(report) == "100.00 = 8-14 100.00 | cash 0.00"


def test_what_was_known_then_is_still_told():
    ana = make_ana()
    item = make_item(ana, "100.00")
    [row] = settle(item, make_cash(ana, "100.00"), at="2026-02-11T10:00:00")
    unallocate(act=make_act(at="2026-03-01T10:00:00"), allocation_ids=[row.allocation_id])
    then = datetime(2026, 2, 20, tzinfo=UTC)
    assert shown(ask("2026-02-28")) == "100.00 = 1-30 100.00 | cash 100.00"
    assert ask("2026-02-28", known_at=then).totals == ()
    before = datetime(2026, 2, 1, tzinfo=UTC)
    assert shown(ask("2026-02-28", known_at=before)) == "100.00 = 1-30 100.00 | cash 0.00"


def test_held_and_disputed_are_parts_of_the_total():
    ana = make_ana()
    item = make_item(ana, "100.00")
    place = {"act": make_act(), "open_item_id": item.pk, "valid_from": date(2026, 1, 10)}
    place_hold(**place, reason=HoldReason.DISPUTE, amount=zar("30.00"))
    place_hold(**place, reason=HoldReason.PROMISE, amount=zar("90.00"), valid_until=date(2026, 1, 20))
    held = {day: ask(day).totals[0] for day in ("2026-01-09", "2026-01-10", "2026-01-20")}
    assert [(total.held, total.disputed) for total in held.values()] == [
        (zar("0.00"), zar("0.00")),
        (zar("100.00"), zar("30.00")),
        (zar("30.00"), zar("30.00")),
    ]


def test_a_posting_past_the_sub_ledger_shows_as_difference():
    ana = make_ana()
    make_item(ana, "100.00")
    entity = get_legal_entity(legal_entity_id=ana.legal_entity_id)
    make_entry(entity, "7.00", debit=LedgerRole.RECEIVABLES, credit=LedgerRole.ROUNDING)
    [total] = ask("2026-02-01").totals
    assert (total.ledger, total.difference) == (zar("107.00"), zar("-7.00"))


def test_after_a_return_the_days_before_it_stay_as_they_were():
    ana = make_ana()
    item, cash = make_item(ana, "100.00", due="2026-02-01"), make_cash(ana, "100.00", on="2026-02-10")
    settle(item, cash)
    act = make_act(at="2026-03-05T08:00:00", reason="No funds")
    free_cash(act=act, payment_id=cash.payment_id, not_before=date(2026, 3, 4))
    pictures = {"2026-02-09": "100.00", "2026-03-03": None, "2026-03-04": "100.00"}
    for day, expected in pictures.items():
        assert [str(total.total.decimal) for total in ask(day).totals] == ([expected] if expected else []), day


def test_lines_come_largest_first_and_page():
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    make_item(ana, "100.00")
    make_item(boris, "300.00")
    make_cash(boris, "5.00")
    question = AgeingQuestion(as_of=date(2026, 2, 15))
    [first] = age_lines(question, limit=1)
    assert (first.name, first.total, first.unallocated, first.place) == ("Boris Petrov", zar("300.00"), zar("5.00"), 1)
    [second] = age_lines(question, limit=1, after_place=first.place)
    assert (second.name, second.number, second.total) == ("Ana Botha", ana.number, zar("100.00"))
    assert [line.name for line in age_lines(question, per=Party.CUSTOMER)] == ["Boris Petrov", "Ana Botha"]


def test_buckets_that_do_not_rise_are_refused():
    assert bucket_labels((0, 30, 60, 90)) == ("not_due", "1-30", "31-60", "61-90", "91+")
    for bounds in ((30, 0), (), (-1, 5)):
        with pytest.raises(Refusal) as refused:
            bucket_labels(bounds)
        assert refused.value.field == "buckets"


@pytest.mark.parametrize("per", Party)
def test_kept_sums_say_what_the_items_say(per):
    """The report of today reads sums; asked as known at a later time it reads the items one by one."""
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    held = make_item(ana, "100.00", dated="2026-01-02", due="2026-02-01")
    place_hold(act=make_act(), open_item_id=held.pk, reason=HoldReason.DISPUTE, amount=zar("40.00"), valid_from=DAY)
    make_item(boris, "50.00", dated="2026-01-05", due="2026-03-07")
    fold_changes(at=datetime(2026, 2, 15, 12, tzinfo=UTC))
    make_item(boris, "-50.00", dated="2026-01-06", due="2026-01-06")
    second = make_account(get_legal_entity(legal_entity_id=ana.legal_entity_id), get_customer(ana.customer_id))
    make_item(second, "90.00", dated="2026-01-07", due="2026-01-07")
    settle(held, make_cash(ana, "70.00", on="2026-02-10"), "10.00")
    sums, items = AgeingQuestion(as_of=DAY), AgeingQuestion(as_of=DAY, known_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert age_totals(sums).totals == age_totals(items).totals
    lines = age_lines(sums, per=per, limit=5)
    assert lines == age_lines(items, per=per, limit=5)
    assert [line.total for line in lines] == {
        Party.ACCOUNT: [zar("90.00"), zar("90.00"), zar("0.00")],
        Party.CUSTOMER: [zar("180.00"), zar("0.00")],
    }[per]
    assert lines == tuple(line for place in range(3) for line in age_lines(sums, per=per, after_place=place, limit=1))
