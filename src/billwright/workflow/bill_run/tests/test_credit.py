"""The credit stage: what a payer has with us settles what it is billed, oldest first, each source by name."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from billwright.kernel.money import Money
from billwright.ledger.models import Posting
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.terms import TermsPart
from billwright.org.tests.builders import make_rate
from billwright.payments.operations.refunds import OrderIn, add_order, cancel_order, locked_order
from billwright.payments.states import RefundRoute
from billwright.receivables.models import Allocation, OpenItem, UnallocatedCash
from billwright.receivables.operations import allocate, unallocate
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.rows import AllocationPart
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    make_account,
    make_act,
    make_cash,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    make_world()
    make_plan()
    account = make_account("ANA")
    subscribe(account)
    return account


def open_amounts():
    return list(OpenItem.objects.order_by("id").values_list("amount_minor", "open_minor"))


def test_the_oldest_cash_is_taken_first(ana):
    newer = make_cash(ana, 5000, on="2025-12-20")
    older = make_cash(ana, 8000, on="2025-12-10")
    bill("2026-01-01")
    assert open_amounts() == [(11500, 0)]
    assert dict(Allocation.objects.values_list("cash_id", "amount_minor")) == {older.pk: 8000, newer.pk: 3500}
    newer.refresh_from_db()
    older.refresh_from_db()
    assert (older.open_minor, newer.open_minor) == (0, 1500)


def test_what_was_asked_back_is_left(ana):
    cash = make_cash(ana, 8000, on="2025-12-10")
    order = OrderIn(
        legal_entity_id=ana.legal_entity_id,
        account_id=ana.pk,
        payment_id=cash.payment_id,
        cash_id=cash.pk,
        credit_item_id=None,
        amount=Money(3000, "ZAR"),
        route=RefundRoute.TO_SOURCE,
        destination=None,
    )
    asked = add_order(act=make_act(reason="Paid twice"), order=order)
    bill("2026-01-01")
    assert open_amounts() == [(11500, 6500)]
    cancel_order(act=make_act(reason="Keep it"), order=locked_order(asked.id))
    bill("2026-02-01")
    assert open_amounts() == [(11500, 6500), (11500, 8500)]


def test_the_books_follow_the_allocation(ana):
    make_cash(ana, 5000, on="2025-12-20")
    bill("2026-01-01")
    entity = ana.legal_entity_id
    assert control_balance(legal_entity_id=entity, role=LedgerRole.RECEIVABLES) == {"ZAR": 6500}
    assert control_balance(legal_entity_id=entity, role=LedgerRole.UNALLOCATED_CASH) == {"ZAR": 0}
    assert open_amounts() == [(11500, 6500)]


def test_money_that_came_after_the_document_is_left_alone(ana):
    make_cash(ana, 5000, on="2026-01-02")
    bill("2026-01-01")
    assert open_amounts() == [(11500, 11500)]


def test_a_credit_note_settles_what_it_corrects_first(ana):
    other = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    cancel(other, ends_before="2026-01-16", as_of="2026-01-16")
    bill("2026-01-16")
    assert open_amounts() == [(23000, 17065), (-5935, 0)]
    (allocation,) = Allocation.objects.all()
    assert (allocation.policy, allocation.amount_minor, allocation.entry_id) == ("BILL_RUN", 5935, None)


def test_what_is_left_of_it_settles_the_next_invoice(ana):
    make_cash(ana, 22000, on="2025-12-20")
    other = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    cancel(other, ends_before="2026-01-16", as_of="2026-01-16")
    bill("2026-01-16")
    assert open_amounts() == [(23000, 0), (-5935, -4935)]
    bill("2026-02-01")
    assert open_amounts()[1:] == [(-5935, 0), (11500, 6565)]


def test_by_convention_credit_is_kept_for_later_invoices(ana):
    ana.legal_entity.conventions.create(option="credit_use", value="next_invoice", valid_from=day("2020-01-01"))
    other = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    cancel(other, ends_before="2026-01-16", as_of="2026-01-16")
    bill("2026-01-16")
    bill("2026-02-01")
    assert open_amounts() == [(23000, 23000), (-5935, 0), (11500, 5565)]
    assert control_balance(
        legal_entity_id=ana.legal_entity_id, role=LedgerRole.RECEIVABLES, as_of=day("2026-02-01")
    ) == {"ZAR": 28565}


def test_credit_note_and_invoice_of_one_run(ana):
    ana.legal_entity.conventions.filter(option="correction").update(value="credit_note")
    make_cash(ana, 23000, on="2025-12-20")
    first = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    cancel(first, ends_before="2026-01-16", as_of="2026-01-16")
    bill("2026-02-01")
    assert open_amounts()[1:] == [(11500, 5565), (-5935, 0)]


def base_balances(entity_id):
    """What stands on the accounts that settling touches, in base currency."""
    found = Posting.objects.filter(ledger_account__legal_entity_id=entity_id).values_list("ledger_account__role")
    sums = dict(found.annotate(total=Sum("base_minor")))
    return [sums.get(role, 0) for role in ("RECEIVABLES", "UNALLOCATED_CASH", "EXCHANGE_DIFFERENCE")]


@pytest.fixture
def abroad():
    """Boris is billed 100.00 dollars and tax by a company that reckons in rand, which falls month by month."""
    entity = make_world()
    make_plan("dollars", currency="USD")
    for month, rate in enumerate(("17.123457", "18.654321", "19.777777"), start=1):
        make_rate(frm="USD", to="ZAR", rate=rate, valid_from=day(f"2026-{month:02}-01"))
    make_rate(frm="USD", to="ZAR", rate="16.5", valid_from=day("2025-12-01"))
    parts = (TermsPart(share=Decimal("33.33"), days=5), TermsPart(rest=True, days=20))
    boris = make_account("BORIS", entity=entity, currency="USD", parts=parts)
    subscribe(boris, plan="dollars", starts_on="2026-01-01")
    return boris


def test_money_of_another_rate_realises_the_difference_in_the_run_and_gives_it_back(abroad):
    for cents in (3333, 1, 20000):
        make_cash(abroad, cents, on="2025-12-20")
    bill("2026-01-01")
    claimed, came, settled = 1969_20, 549_95 + 17 + 3300_00, 549_95 + 17 + 1347_39
    assert base_balances(abroad.legal_entity_id) == [0, settled - came, claimed - settled]
    assert_sub_ledger_ties()
    middle, *others = Allocation.objects.order_by("amount_minor")
    unallocate(act=make_act(), allocation_ids=[middle.pk])
    unallocate(act=make_act(), allocation_ids=[row.pk for row in others])
    assert base_balances(abroad.legal_entity_id) == [claimed, -came, 0]
    assert_sub_ledger_ties()


@pytest.mark.parametrize("credit_use", ["open_first", "next_invoice"])
def test_credit_of_another_rate_realises_the_difference_in_the_run_whatever_it_settles(abroad, credit_use):
    chosen = abroad.legal_entity.conventions
    chosen.filter(option="correction").update(value="credit_note")
    chosen.create(option="credit_use", value=credit_use, valid_from=day("2020-01-01"))
    others = [subscribe(abroad, plan="dollars", starts_on="2026-01-01") for _ in range(2)]
    bill("2026-01-01")
    for other in others:
        cancel(other, ends_before="2026-01-02", as_of="2026-01-16")
    bill("2026-02-01")
    bill("2026-03-01")
    assert base_balances(abroad.legal_entity_id)[2] != 0
    make_cash(abroad, sum(open_minor for _amount, open_minor in open_amounts()), on="2026-03-05")
    cash = UnallocatedCash.objects.get()
    still_open = OpenItem.objects.filter(open_minor__gt=0).order_by("id")
    allocate(act=make_act(), parts=[AllocationPart(open_item_id=item.pk, cash_id=cash.pk) for item in still_open])
    assert base_balances(abroad.legal_entity_id)[:2] == [0, 0]
    before = base_balances(abroad.legal_entity_id)[2]
    assert before != 0
    unallocate(act=make_act(), allocation_ids=list(Allocation.objects.values_list("id", flat=True)))
    assert base_balances(abroad.legal_entity_id)[2] == 0
    assert_sub_ledger_ties()


def test_nobody_elses_money_is_touched(ana):
    boris = make_cash(make_account("BORIS"), 9900, on="2025-12-20")
    bill("2026-01-01")
    boris.refresh_from_db()
    assert boris.open_minor == 9900
