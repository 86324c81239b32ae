"""The credit stage: what a payer has with us settles what it is billed, oldest first, each source by name."""

import pytest

from billwright.ledger.queries.balances import control_balance
from billwright.ledger.states import LedgerRole
from billwright.receivables.models import Allocation, OpenItem
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    make_account,
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


def test_nobody_elses_money_is_touched(ana):
    boris = make_cash(make_account("BORIS"), 9900, on="2025-12-20")
    bill("2026-01-01")
    boris.refresh_from_db()
    assert boris.open_minor == 9900
