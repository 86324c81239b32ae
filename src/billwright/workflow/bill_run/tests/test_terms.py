"""Documents of a run in the parts of their payers' terms: an open item a part, settled in the order of due days."""

from decimal import Decimal

import pytest

from billwright.invoicing.models import Invoice
from billwright.invoicing.queries import get_invoice
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.states import PartBase
from billwright.org.terms import TermsPart, stored
from billwright.receivables.models import Allocation, OpenItem
from billwright.receivables.operations import unallocate
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    make_account,
    make_cash,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db
PARTS = (
    TermsPart(share=Decimal(40), days=10),
    TermsPart(share=Decimal(50), of=PartBase.REST, months=1),
    TermsPart(rest=True, months=2, day=20),
)


@pytest.fixture
def entity():
    entity = make_world()
    make_plan()
    return entity


@pytest.fixture
def ana(entity):
    account = make_account("ANA", parts=PARTS)
    subscribe(account)
    return account


def items():
    return [
        (str(due), amount, open_)
        for due, amount, open_ in OpenItem.objects.order_by("invoice_id", "part_no").values_list(
            "due_date", "amount_minor", "open_minor"
        )
    ]


def test_a_document_is_due_in_the_parts_of_its_payer(ana):
    subscribe(make_account("BORIS", terms_days=7))
    bill("2026-01-01")
    assert items() == [
        ("2026-01-11", 4600, 4600),
        ("2026-02-01", 3450, 3450),
        ("2026-03-20", 3450, 3450),
        ("2026-01-08", 11500, 11500),
    ]
    invoice = get_invoice(Invoice.objects.get(account=ana).pk)
    assert (str(invoice.due_date), [str(one.due_date) for one in invoice.installments]) == (
        "2026-03-20",
        ["2026-01-11", "2026-02-01", "2026-03-20"],
    )
    assert sum((one.amount for one in invoice.installments), Money.zero("ZAR")) == invoice.total


def test_the_companys_parts_hold_where_an_account_says_nothing(entity):
    entity.payment_parts = stored(PARTS[1:])
    entity.save(update_fields=["payment_parts"])
    subscribe(make_account("ANA"))
    subscribe(make_account("BORIS", terms_days=7))
    bill("2026-01-01")
    assert [(due, amount) for due, amount, _open in items()] == [
        ("2026-02-01", 5750),
        ("2026-03-20", 5750),
        ("2026-01-08", 11500),
    ]


def test_what_the_payer_has_with_us_settles_the_part_due_first(ana):
    make_cash(ana, 5000, on="2025-12-20")
    make_cash(ana, 1000, on="2025-12-21")
    bill("2026-01-01")
    assert [open_ for _due, _amount, open_ in items()] == [0, 2050, 3450]
    assert_sub_ledger_ties()
    # Undoing one of them turns the entry of its own part only.
    [last] = Allocation.objects.filter(amount_minor=1000)
    unallocate(act=make_act(), allocation_ids=[last.pk])
    assert [open_ for _due, _amount, open_ in items()] == [0, 3050, 3450]
    unallocate(
        act=make_act(), allocation_ids=list(Allocation.objects.filter(amount_minor=4600).values_list("pk", flat=True))
    )
    assert [open_ for _due, _amount, open_ in items()] == [4600, 3050, 3450]
    assert_sub_ledger_ties()
    balance = control_balance(legal_entity_id=ana.legal_entity_id, role=LedgerRole.RECEIVABLES)
    assert balance == {"ZAR": 11100}


def test_a_credit_note_settles_the_parts_of_what_it_corrects_that_due_first_first(ana):
    ana.legal_entity.conventions.filter(option="correction").update(value="credit_note")
    other = subscribe(ana, starts_on="2026-01-01")
    bill("2026-01-01")
    cancel(other, ends_before="2026-01-01", as_of="2026-01-02")
    bill("2026-01-02")
    assert [(amount, open_) for _due, amount, open_ in items()] == [
        (9200, 0),
        (6900, 4600),
        (6900, 6900),
        (-11500, 0),
    ]
    assert_sub_ledger_ties()
    before = items()
    bill("2026-01-02")
    assert items() == before
