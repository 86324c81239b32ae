from datetime import date

import pytest

from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import AccountingPeriod, JournalEntry, Posting
from billwright.ledger.operations import EntryDraft, Side, close_period, post_entry, start_closing_period
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import get_legal_entity
from billwright.receivables.models import Allocation, OpenItem, UnallocatedCash
from billwright.receivables.operations import allocate, allocate_by_policy, move_cash, unallocate
from billwright.receivables.rows import AllocationPart, CashShare
from billwright.receivables.states import AllocationPolicy
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item, reload

pytestmark = pytest.mark.django_db


def zar(amount):
    return Money.of(amount, "ZAR")


def part(item, *, cash=None, credit=None, amount=None):
    return AllocationPart(
        open_item_id=item.pk,
        cash_id=cash.pk if cash else None,
        credit_item_id=credit.pk if credit else None,
        amount=zar(amount) if amount else None,
    )


def boris_beside(ana):
    return make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))


def close(account, month):
    period = AccountingPeriod.objects.get(legal_entity_id=account.legal_entity_id, starts_on=month)
    start_closing_period(act=make_act(), period_id=period.pk)
    close_period(act=make_act(), period_id=period.pk)


def test_any_part_of_any_items_by_hand():
    ana = make_ana()
    first, second, cash = make_item(ana, "50.00"), make_item(ana, "80.00"), make_cash(ana, "100.00")
    rows = allocate(act=make_act(), parts=[part(second, cash=cash, amount="30.00"), part(first, cash=cash)])
    assert [row.amount for row in rows] == [zar("30.00"), zar("50.00")]
    assert (reload(first).open_minor, reload(second).open_minor, reload(cash).open_minor) == (0, 5000, 2000)


def test_the_later_date_of_both_sides_is_the_accounting_date():
    ana = make_ana()
    item, cash = make_item(ana, dated="2026-03-05", due="2026-04-01"), make_cash(ana, on="2026-02-10")
    [row] = allocate(act=make_act(), parts=[part(item, cash=cash)])
    assert row.accounting_date == date(2026, 3, 5)


def test_a_closed_period_moves_it_to_the_first_open_day():
    ana = make_ana()
    item, cash = make_item(ana, dated="2026-01-02"), make_cash(ana, on="2026-01-20")
    close(ana, date(2026, 1, 1))
    [row] = allocate(act=make_act(), parts=[part(item, cash=cash)])
    assert row.accounting_date == date(2026, 2, 1)


def test_boris_pays_for_ana_and_both_accounts_see_it():
    ana = make_ana()
    boris = boris_beside(ana)
    item, cash = make_item(ana, "100.00"), make_cash(boris, "100.00")
    [row] = allocate(act=make_act(), parts=[part(item, cash=cash)])
    sides = Posting.objects.filter(entry_id=row.entry_id).values_list("billing_account_id", "amount_minor")
    assert set(sides) == {(boris.id, 10000), (ana.id, -10000)}


def test_a_credit_note_settles_an_invoice_of_its_account_without_an_entry():
    ana = make_ana()
    item, credit = make_item(ana, "100.00"), make_item(ana, "-30.00")
    [row] = allocate(act=make_act(), parts=[part(item, credit=credit)])
    assert row.entry_id is None
    assert (reload(item).open_minor, reload(credit).open_minor) == (7000, 0)


def test_a_credit_note_of_another_account_moves_by_entry():
    ana = make_ana()
    item, credit = make_item(ana, "100.00"), make_item(boris_beside(ana), "-30.00")
    [row] = allocate(act=make_act(), parts=[part(item, credit=credit)])
    assert row.entry_id is not None


def test_unallocating_brings_everything_back_by_reversal():
    ana = make_ana()
    item, cash = make_item(ana, "100.00"), make_cash(ana, "100.00")
    [row] = allocate(act=make_act(), parts=[part(item, cash=cash)])
    [undone] = unallocate(act=make_act(), allocation_ids=[row.allocation_id])
    assert (undone.reverses_id, undone.amount, undone.accounting_date) == (
        row.allocation_id,
        -row.amount,
        row.accounting_date,
    )
    assert (reload(item).open_minor, reload(cash).open_minor) == (10000, 10000)
    assert JournalEntry.objects.get(pk=undone.entry_id).reverses_id == row.entry_id


def test_what_was_undone_can_be_allocated_again_but_not_undone_again():
    ana = make_ana()
    item, cash = make_item(ana, "100.00"), make_cash(ana, "100.00")
    [row] = allocate(act=make_act(), parts=[part(item, cash=cash)])
    unallocate(act=make_act(), allocation_ids=[row.allocation_id])
    allocate(act=make_act(), parts=[part(item, cash=cash)])
    with pytest.raises(Conflict):
        unallocate(act=make_act(), allocation_ids=[row.allocation_id])


def test_undoing_in_a_closed_period_lies_on_the_first_open_day():
    ana = make_ana()
    item, cash = make_item(ana, dated="2026-01-02"), make_cash(ana, on="2026-01-20")
    [row] = allocate(act=make_act(), parts=[part(item, cash=cash)])
    close(ana, date(2026, 1, 1))
    [undone] = unallocate(act=make_act(), allocation_ids=[row.allocation_id])
    assert (row.accounting_date, undone.accounting_date) == (date(2026, 1, 20), date(2026, 2, 1))


def settled_by_a_run(ana):
    """As a bill run settles a document: two pieces of cash, one entry."""
    item, cash, other = make_item(ana, "100.00"), make_cash(ana, "60.00"), make_cash(ana, "40.00")
    amount = zar("100.00")
    entry_id = post_entry(
        act=make_act(),
        draft=EntryDraft(
            legal_entity_id=ana.legal_entity_id,
            kind=EntryKind.ALLOCATION,
            document_date=date(2026, 2, 10),
            accounting_date=date(2026, 2, 10),
            entry_key=f"open_item:{item.pk}",
            sides=(
                Side(role=LedgerRole.UNALLOCATED_CASH, amount=amount, billing_account_id=ana.id),
                Side(role=LedgerRole.RECEIVABLES, amount=-amount, billing_account_id=ana.id),
            ),
        ),
    )
    rows = [
        Allocation.objects.create(
            account_id=ana.id,
            open_item=item,
            cash=piece,
            amount_minor=piece.open_minor,
            currency="ZAR",
            policy=AllocationPolicy.BILL_RUN,
            accounting_date=date(2026, 2, 10),
            recorded_at=make_act().at,
            recorded_by="system:bill-run",
            entry_id=entry_id,
        )
        for piece in (cash, other)
    ]
    UnallocatedCash.objects.update(open_minor=0)
    OpenItem.objects.update(open_minor=0)
    return item, rows, entry_id


def test_one_allocation_of_a_shared_entry_is_undone_alone():
    item, [first, second], _entry_id = settled_by_a_run(make_ana())
    unallocate(act=make_act(), allocation_ids=[first.pk])
    assert reload(item).open_minor == 6000
    unallocate(act=make_act(), allocation_ids=[second.pk])
    assert reload(item).open_minor == 10000


def test_all_allocations_of_a_shared_entry_reverse_it_once():
    _item, rows, entry_id = settled_by_a_run(make_ana())
    undone = unallocate(act=make_act(), allocation_ids=[row.pk for row in rows])
    assert {JournalEntry.objects.get(pk=row.entry_id).reverses_id for row in undone} == {entry_id}


def refused(parts):
    with pytest.raises(Refusal) as caught:
        allocate(act=make_act(), parts=parts)
    assert not Allocation.objects.exists()
    return caught.value


def test_above_what_is_open_is_refused():
    ana = make_ana()
    item, cash = make_item(ana, "50.00"), make_cash(ana, "100.00")
    refusal = refused([part(item, cash=cash, amount="50.01")])
    assert (refusal.code, refusal.field, refusal.row) == ("allocation.exceeds_open", "amount", 1)
    assert "50.00 ZAR" in refusal.message


def test_above_what_is_left_is_refused_even_in_two_parts():
    ana = make_ana()
    first, second, cash = make_item(ana, "80.00"), make_item(ana, "80.00"), make_cash(ana, "100.00")
    refusal = refused([part(first, cash=cash, amount="80.00"), part(second, cash=cash, amount="20.01")])
    assert (refusal.code, refusal.row) == ("allocation.exceeds_left", 2)


def test_a_credit_note_is_no_target_and_an_invoice_no_source():
    ana = make_ana()
    item, other, credit, cash = make_item(ana), make_item(ana), make_item(ana, "-30.00"), make_cash(ana)
    assert refused([part(credit, cash=cash)]).code == "allocation.target_is_credit"
    assert refused([part(item, credit=other)]).code == "allocation.source_is_claim"


def test_another_currency_and_a_credit_note_of_another_entity_are_refused():
    ana, far = make_ana(), make_ana("DANUBE")
    item, credit = make_item(ana), make_item(far, "-30.00")
    assert refused([part(item, credit=credit)]).code == "allocation.other_entity"
    euro = AllocationPart(open_item_id=item.pk, cash_id=make_cash(ana).pk, amount=Money.of("1.00", "EUR"))
    assert refused([euro]).code == "allocation.other_currency"


def test_unknown_sides_and_no_amount_are_refused():
    ana = make_ana()
    item, cash = make_item(ana), make_cash(ana)
    with pytest.raises(NotFound):
        allocate(act=make_act(), parts=[AllocationPart(open_item_id=0, cash_id=cash.pk)])
    with pytest.raises(NotFound):
        allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, cash_id=0)])
    assert refused([AllocationPart(open_item_id=item.pk)]).code == "allocation.one_source"
    assert refused([AllocationPart(open_item_id=item.pk, cash_id=cash.pk, amount=zar("0"))]).field == "amount"


def test_a_policy_is_asked_for_waiting_money_too():
    ana = make_ana()
    item, cash = make_item(ana, "60.00"), make_cash(ana, "100.00")
    [row] = allocate_by_policy(act=make_act(), cash_ids=[cash.pk], policy=AllocationPolicy.OLDEST_FIRST)
    assert (row.open_item_id, row.amount) == (item.pk, zar("60.00"))
    with pytest.raises(Refusal):
        allocate_by_policy(act=make_act(), cash_ids=[cash.pk], policy=AllocationPolicy.BY_HAND)


def test_one_receipt_is_split_over_many_accounts():
    ana = make_ana()
    boris = boris_beside(ana)
    item = make_item(boris, "40.00")
    cash = make_cash(ana, "100.00")
    [piece] = move_cash(act=make_act(), cash_id=cash.pk, shares=[CashShare(account_id=boris.id, amount=zar("40.00"))])
    allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, cash_id=piece.cash_id)])
    assert reload(item).open_minor == 0
    assert reload(cash).open_minor == 6000


def test_suspense_money_finds_its_account():
    ana = make_ana()
    cash = make_cash(None, "100.00", legal_entity_id=ana.legal_entity_id)
    [piece] = move_cash(act=make_act(), cash_id=cash.pk, shares=[CashShare(account_id=ana.id, amount=zar("100.00"))])
    assert (piece.account_id, piece.left) == (ana.id, zar("100.00"))


@pytest.mark.parametrize(
    ("amount", "to", "code"),
    [
        ("100.01", "boris", "cash.exceeds_left"),
        ("0.00", "boris", "cash.other_currency"),
        ("1.00", "ana", "cash.same_account"),
        ("1.00", "nobody", "account.not_found"),
    ],
)
def test_a_move_that_does_not_fit_is_refused(amount, to, code):
    ana = make_ana()
    ids = {"ana": ana.id, "boris": boris_beside(ana).id, "nobody": 0}
    cash = make_cash(ana, "100.00")
    with pytest.raises(Refusal) as caught:
        move_cash(act=make_act(), cash_id=cash.pk, shares=[CashShare(account_id=ids[to], amount=zar(amount))])
    assert (caught.value.code, caught.value.row) == (code, 1)
    assert reload(cash).open_minor == 10000
