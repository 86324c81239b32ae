from datetime import date

import pytest

from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.queries import get_legal_entity
from billwright.payments.models import Refund
from billwright.payments.states import ReturnKind
from billwright.receivables.operations import move_cash
from billwright.receivables.rows import CashShare
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item, reload
from billwright.workflow.payment_intake import refund, return_payment

pytestmark = pytest.mark.django_db

DAY = date(2026, 2, 20)


def zar(amount):
    return Money.of(amount, "ZAR")


def send_back(amount, *, reason="Paid twice", on=DAY, **source):
    return refund(act=make_act(reason=reason), amount=zar(amount), value_date=on, **source)


def balance(account, role):
    return control_balance(legal_entity_id=account.legal_entity_id, role=role).get("ZAR", 0)


def test_out_of_unallocated_cash():
    ana = make_ana()
    cash = make_cash(ana, "100.00")
    row = send_back("40.00", cash_id=cash.pk)
    assert (row.number, row.amount, row.payment_id) == ("RF-000001", zar("40.00"), cash.payment_id)
    assert reload(cash).open_minor == 6000
    assert balance(ana, LedgerRole.BANK) == 6000


def test_out_of_an_unapplied_credit_note():
    ana = make_ana()
    credit = make_item(ana, "-50.00")
    send_back("50.00", credit_item_id=credit.pk)
    assert reload(credit).open_minor == 0
    assert balance(ana, LedgerRole.RECEIVABLES) == 0


@pytest.mark.parametrize(
    ("amount", "values", "code", "field"),
    [
        ("100.01", {}, "refund.exceeds_left", "amount"),
        ("0.00", {}, "refund.other_currency", "amount"),
        ("1.00", {"on": date(2026, 2, 9)}, "refund.before_money", "value_date"),
        ("1.00", {"reason": ""}, "refund.without_reason", "reason"),
    ],
)
def test_what_cannot_be_sent_back_is_refused(amount, values, code, field):
    cash = make_cash(make_ana(), "100.00")
    with pytest.raises(Refusal) as refused:
        send_back(amount, cash_id=cash.pk, **values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Refund.objects.exists()


def test_only_money_and_credit_can_be_sent_back():
    ana = make_ana()
    for source, code in (
        ({"credit_item_id": make_item(ana).pk}, "refund.not_a_credit"),
        ({"cash_id": make_cash(None, legal_entity_id=ana.legal_entity_id).pk}, "refund.payer_unknown"),
        ({}, "refund.one_source"),
    ):
        with pytest.raises(Refusal) as refused:
            send_back("1.00", **source)
        assert refused.value.code == code
    with pytest.raises(NotFound):
        send_back("1.00", cash_id=0)


def test_a_refunded_receipt_cannot_be_returned():
    cash = make_cash(make_ana(), "100.00")
    send_back("40.00", cash_id=cash.pk)
    with pytest.raises(Conflict) as refused:
        return_payment(act=make_act(reason="R"), payment_id=cash.payment_id, value_date=DAY)
    assert refused.value.code == "payment.refunded"


def test_a_return_fetches_back_what_was_moved():
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    cash = make_cash(ana, "100.00")
    [piece] = move_cash(act=make_act(), cash_id=cash.pk, shares=[CashShare(account_id=boris.id, amount=zar("30.00"))])
    return_payment(act=make_act(reason="R"), payment_id=cash.payment_id, value_date=DAY)
    assert balance(ana, LedgerRole.UNALLOCATED_CASH) == 0
    assert balance(ana, LedgerRole.BANK) == 0
    assert reload(cash).open_minor == 0
    assert piece.account_id == boris.id


def test_a_receipt_recorded_wrongly_is_undone_on_its_own_day():
    cash = make_cash(make_ana(), "100.00", on="2026-02-10")
    returned = return_payment(
        act=make_act(reason="Typed twice"),
        payment_id=cash.payment_id,
        value_date=DAY,
        kind=ReturnKind.RECORDED_WRONGLY,
    )
    assert returned.accounting_date == date(2026, 2, 10)
