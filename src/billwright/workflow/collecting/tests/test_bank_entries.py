"""What bank statements say of debits: the sum of a run, a debit that came back, and the fee for it."""

from datetime import date

import pytest

from billwright.catalog.tests.builders import make_product
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.payments.models import BankEntry
from billwright.payments.queries.collections import get_run, list_collections, list_failed
from billwright.rating.models import PendingCharge
from billwright.receivables.tests.builders import make_item, reload
from billwright.workflow.bank_inbox.tests.builders import mt940, take
from billwright.workflow.collecting import settle_run, take_bank_entries
from billwright.workflow.collecting.tests.builders import (
    ACTION_DAY,
    OWN_IBAN,
    agree,
    make_company,
    make_mandate,
    make_payer,
    submitted,
)

pytestmark = pytest.mark.django_db


def balances(entity):
    return [
        control_balance(legal_entity_id=entity.id, role=role, as_of=date(2026, 12, 31)).get("EUR", 0)
        for role in (LedgerRole.BANK, LedgerRole.BANK_CLEARING)
    ]


def test_the_sum_of_a_run_clears_it_and_a_return_opens_the_item_with_its_fee():
    entity, bank = make_company()
    agree(entity, bank, fee_minor=500, fee_product=make_product().code)
    ana = make_payer(entity)
    make_mandate(ana)
    item = make_item(ana, "115.00", due="2026-02-01")
    run = submitted(entity)
    settle_run(act=make_act(at="2026-03-09T20:00:00"), collection_run_id=run.id, on=ACTION_DAY)
    [debit] = list_collections(run_id=run.id)
    take(
        mt940(("260310", "115.00", "sum"), ("260312", "-115.00", "back"), ("260312", "7.00", "else"),
              iban=OWN_IBAN, currency="EUR"),
        at="2026-03-13T08:00:00",
    )  # fmt: skip
    BankEntry.objects.filter(remittance="sum").update(bank_reference=run.message_id)
    BankEntry.objects.filter(remittance="back").update(end_to_end=debit.end_to_end, return_reason="AM04")
    ids = list(BankEntry.objects.order_by("booking_date", "id").values_list("id", flat=True))
    handled = take_bank_entries(act=make_act(at="2026-03-13T09:00:00"), bank_entry_ids=tuple(ids))
    assert {(one.run_id, one.collection_id) for one in handled} == {(run.id, None), (None, debit.id)}
    assert (get_run(run.id).cleared.amount_minor, reload(item).open_minor) == (11500, 11500)
    assert balances(entity) == [0, 0], "came and went; nothing waits in clearing"
    assert [(row.code, row.plan) for row in list_failed()] == [("AM04", "RETRY")]
    assert [charge.unit_price for charge in PendingCharge.objects.filter(account_id=ana.id)] == [5]
    assert sorted(BankEntry.objects.values_list("state", flat=True)) == ["HANDLED", "HANDLED", "NEW"]
