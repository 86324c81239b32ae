from datetime import date

import pytest
from django.db import transaction

from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.models import OutboxEvent
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.payments.models import Payment
from billwright.receivables.models import Allocation
from billwright.receivables.states import AllocationPolicy
from billwright.receivables.tests.builders import make_ana, make_boris, make_item, reload
from billwright.workflow.payment_intake import return_payment
from billwright.workflow.payment_intake.tests.builders import make_receipt, receive, stated

pytestmark = pytest.mark.django_db


def balance(account, role):
    return control_balance(legal_entity_id=account.legal_entity_id, role=role).get("ZAR", 0)


def test_money_settles_the_oldest_item_and_the_rest_stays():
    ana = make_ana()
    younger = make_item(ana, "50.00", due="2026-03-01")
    older = make_item(ana, "115.00", due="2026-02-01")
    [answer] = receive(make_receipt(ana, "200.00"))
    assert (answer.allocated, answer.unallocated) == (Money.of("165.00", "ZAR"), Money.of("35.00", "ZAR"))
    assert (reload(older).open_minor, reload(younger).open_minor) == (0, 0)
    assert balance(ana, LedgerRole.UNALLOCATED_CASH) == -3500
    assert balance(ana, LedgerRole.RECEIVABLES) == 0
    assert balance(ana, LedgerRole.BANK) == 20000


def test_a_batch_over_many_accounts_takes_few_statements(django_assert_max_num_queries):
    ana = make_ana()
    entity = ana.legal_entity_id
    payers = [make_boris_of(ana) for _ in range(20)]
    for payer in payers:
        make_item(payer, "10.00")
    with django_assert_max_num_queries(60):
        answers = receive(*[make_receipt(payer, "10.00") for payer in payers])
    assert [answer.unallocated.amount_minor for answer in answers] == [0] * 20
    assert Payment.objects.filter(legal_entity_id=entity).count() == 20
    assert OutboxEvent.objects.filter(topic="payment.received").count() == 20


def make_boris_of(ana):
    from billwright.org.queries import get_legal_entity

    return make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))


def test_numbers_come_from_the_series_without_gap():
    ana = make_ana()
    first, second = receive(make_receipt(ana, "1.00"), make_receipt(ana, "2.00", on="2026-02-11"))
    assert (first.number, second.number) == ("RC-000001", "RC-000002")


def test_the_same_receipt_is_recorded_once():
    ana = make_ana()
    [first] = receive(make_receipt(ana, "100.00", key="BANK-1"))
    [again] = receive(make_receipt(ana, "100.00", key="BANK-1"))
    assert again.repeated
    assert again.payment_id == first.payment_id
    assert Payment.objects.count() == 1


def test_a_repeat_with_another_amount_is_refused():
    ana = make_ana()
    receive(make_receipt(ana, "100.00", key="BANK-1"))
    with pytest.raises(Conflict) as refused:
        receive(make_receipt(ana, "1.00"), make_receipt(ana, "100.01", key="BANK-1"))
    assert (refused.value.code, refused.value.field, refused.value.row) == (
        "payment.recorded_otherwise",
        "source_key",
        2,
    )


def test_the_same_key_twice_in_a_batch_is_one_receipt():
    ana = make_ana()
    receipt = make_receipt(ana, "100.00", key="BANK-1")
    first, again = receive(receipt, receipt)
    assert first == again
    with pytest.raises(Conflict):
        receive(make_receipt(ana, "5.00", key="BANK-2"), make_receipt(ana, "6.00", key="BANK-2"))


def test_what_the_payer_stated_goes_before_the_policy():
    ana = make_ana()
    older = make_item(ana, "100.00", due="2026-02-01")
    younger = make_item(ana, "100.00", due="2026-03-01")
    receive(make_receipt(ana, "130.00", stated=(stated(younger),)))
    assert (reload(older).open_minor, reload(younger).open_minor) == (7000, 0)
    assert set(Allocation.objects.values_list("policy", flat=True)) == {"STATED_BY_CUSTOMER", "OLDEST_FIRST"}


def test_stated_by_customer_leaves_the_rest_alone():
    ana = make_ana()
    item = make_item(ana, "100.00")
    make_item(ana, "100.00")
    [answer] = receive(make_receipt(ana, "130.00", stated=(stated(item),)), policy=AllocationPolicy.STATED_BY_CUSTOMER)
    assert answer.unallocated == Money.of("30.00", "ZAR")


def test_money_of_nobody_known_waits_in_suspense():
    ana = make_ana()
    [answer] = receive(make_receipt(None, "70.00", legal_entity_id=ana.legal_entity_id))
    assert answer.account_id is None
    assert balance(ana, LedgerRole.SUSPENSE) == -7000


def test_imported_receipts_keep_their_number_and_touch_no_bank():
    ana = make_ana()
    [answer] = receive(make_receipt(ana, "70.00", imported=True, number="OLD-7"))
    assert answer.number == "OLD-7"
    assert balance(ana, LedgerRole.MIGRATION_CLEARING) == 7000
    assert balance(ana, LedgerRole.BANK) == 0


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"amount": "0.00"}, "payment.not_positive", "amount"),
        ({"amount": "-5.00"}, "payment.not_positive", "amount"),
        ({"amount": "5.00", "currency_given": "EUR"}, "payment.other_currency", "amount"),
        ({"amount": "5.00", "legal_entity_id": 0}, "payment.other_entity", "legal_entity_id"),
        ({"amount": "5.00", "bank_account_id": 0}, "payment.other_bank_account", "bank_account_id"),
    ],
)
def test_a_bad_receipt_is_refused_with_its_row(values, code, field):
    ana = make_ana()
    with pytest.raises(Refusal) as refused:
        receive(make_receipt(ana, "1.00"), make_receipt(ana, **values))
    assert (refused.value.code, refused.value.field, refused.value.row) == (code, field, 2)
    assert refused.value.cure
    assert not Payment.objects.exists()


def test_a_stated_amount_above_what_is_open_names_the_receipt():
    ana = make_ana()
    item = make_item(ana, "100.00")
    with pytest.raises(Refusal) as refused, transaction.atomic():
        receive(make_receipt(ana, "1.00"), make_receipt(ana, "500.00", stated=(stated(item, "100.01"),)))
    assert (refused.value.code, refused.value.row) == ("allocation.exceeds_open", 2)


def test_a_return_reopens_the_item_with_its_due_date():
    ana = make_ana()
    item = make_item(ana, "115.00", due="2026-02-01")
    [answer] = receive(make_receipt(ana, "115.00"))
    act = make_act(at="2026-02-20T08:00:00", reason="Account closed")
    returned = return_payment(act=act, payment_id=answer.payment_id, value_date=date(2026, 2, 19), reason_code="AC04")
    assert returned.accounting_date == date(2026, 2, 19)
    assert (reload(item).open_minor, reload(item).due_date) == (11500, date(2026, 2, 1))
    assert balance(ana, LedgerRole.BANK) == 0
    assert balance(ana, LedgerRole.RECEIVABLES) == 11500
    with pytest.raises(Conflict):
        return_payment(act=act, payment_id=answer.payment_id, value_date=date(2026, 2, 19))


def test_a_return_without_reason_is_refused():
    ana = make_ana()
    [answer] = receive(make_receipt(ana, "115.00"))
    with pytest.raises(Refusal) as refused:
        return_payment(act=make_act(), payment_id=answer.payment_id, value_date=date(2026, 2, 19))
    assert refused.value.field == "reason"


def test_the_act_key_answers_twice():
    ana = make_ana()
    receipts = [make_receipt(ana, "10.00", key="K")]
    from billwright.workflow.payment_intake import receive_payments

    act = Act(actor="user:0", at=make_act().at, key="one")
    assert receive_payments(act=act, receipts=receipts) == receive_payments(act=act, receipts=receipts)
