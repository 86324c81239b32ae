"""Receipts pay what their payer's advice says; deductions are given up by rule, and all else stays open and shown."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.queries import get_legal_entity
from billwright.payments.models import Payment
from billwright.payments.states import ReturnKind
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import EarlyDiscount, MatchRuleIn
from billwright.receivables.queries import (
    differences,
    get_advice,
    list_matches,
    list_queue,
    match_history,
    untied,
)
from billwright.receivables.remittance_rows import LineStanding
from billwright.receivables.states import WriteOffKind
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item, reload
from billwright.workflow import cash_application
from billwright.workflow.cash_application import Wanted
from billwright.workflow.payment_intake import return_payment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 12)
ACT = make_act(at="2026-02-12T09:00:00", reason="test")


def match(*, auto=True, key="run"):
    cash_application.refresh_keys()
    return cash_application.match_batch(act=ACT, run_key=key, wanted=Wanted(), on=TODAY, auto=auto)


def set_rule(account, **values):
    rule = MatchRuleIn(legal_entity_id=account.legal_entity_id, currency="ZAR", valid_from=date(2026, 1, 1), **values)
    receivables.set_match_rule(act=ACT, rule=rule)


def take(account, *lines, name="advice.csv"):
    table = "Document;Paid;Deduction;Reason\n" + "\n".join(";".join(line) for line in lines)
    return cash_application.take_advice(
        act=ACT, name=name, content=table.encode(), legal_entity_id=account.legal_entity_id
    )


def standings(advice_id):
    return [line.standing for line in get_advice(advice_id).lines]


def test_an_advice_says_what_one_receipt_pays_for_two_accounts():
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    items = [make_item(ana, "115.00"), make_item(ana, "115.00", due="2026-02-05"), make_item(boris, "200.00")]
    numbers = [item.invoice.number for item in items]
    row = take(ana, (numbers[1], "115.00"), (numbers[2].lower(), "50.00"), ("IN-999999", "0.00"))
    assert standings(row.advice_id) == [LineStanding.AGREES, LineStanding.SHORT, LineStanding.UNKNOWN]
    assert take(ana, (numbers[1], "115.00"), (numbers[2].lower(), "50.00"), ("IN-999999", "0.00")).repeated
    cash = make_cash(None, "165.00", legal_entity_id=ana.legal_entity_id)
    match(auto=False)
    [found] = list_queue()
    assert (found.reason, found.evidence_kind) == ("ADVICE_DIFFERS", "ADVICE")
    cash_application.accept_matches(act=ACT, match_ids=[found.match_id])
    assert [reload(item).open_minor for item in items] == [11500, 0, 15000]
    assert standings(row.advice_id)[:2] == [LineStanding.AGREES, LineStanding.AGREES]
    assert get_advice(row.advice_id).payment_id == cash.payment_id
    assert not untied()


def test_an_advice_that_agrees_posts_by_itself_and_is_parted_when_it_is_undone():
    ana = make_ana()
    items = [make_item(ana, "115.00"), make_item(ana, "100.00")]
    row = take(ana, *[(item.invoice.number, f"{item.amount_minor / 100:.2f}") for item in items])
    make_cash(None, "215.00", legal_entity_id=ana.legal_entity_id)
    assert match().posted == 1
    assert [reload(item).open_minor for item in items] == [0, 0]
    [found] = list_matches()
    cash_application.undo_match(act=ACT, match_id=found.match_id, on=TODAY)
    assert [reload(item).open_minor for item in items] == [11500, 10000]
    assert get_advice(row.advice_id).payment_id is None
    assert not untied()


@pytest.mark.parametrize(
    ("deduction", "reason", "kind", "role"),
    [("2.30", "discount", WriteOffKind.EARLY_DISCOUNT, LedgerRole.EARLY_DISCOUNTS),
     ("15.00", "bank charges", WriteOffKind.BANK_FEE, LedgerRole.BANK_CHARGES),
     ("11.50", "tax", WriteOffKind.WITHHELD_TAX, LedgerRole.WITHHOLDING_TAX),
     ("80.00", "faulty", "", LedgerRole.ROUNDING)],
)  # fmt: skip
def test_a_deduction_is_given_up_only_where_the_rule_allows_it(deduction, reason, kind, role):
    ana = make_ana()
    set_rule(
        ana,
        tolerance=Money.of("20.00", "ZAR"),
        withheld_percents=(Decimal(10),),
        discounts=(EarlyDiscount(percent=Decimal(2), days=45),),
    )
    item = make_item(ana, "115.00")
    paid = Money.of("115.00", "ZAR") - Money.of(deduction, "ZAR")
    take(ana, (item.invoice.number, str(paid.decimal), deduction, reason))
    make_cash(None, str(paid.decimal), legal_entity_id=ana.legal_entity_id)
    match()
    given_up = Money.of(deduction if kind else "0.00", "ZAR")
    assert reload(item).open_minor == (0 if kind else 8000)
    assert control_balance(legal_entity_id=ana.legal_entity_id, role=role) == (
        {"ZAR": given_up.amount_minor} if kind else {}
    )
    assert [row.kind for row in differences()] == ([kind] if kind else [])
    assert not untied()


@pytest.mark.parametrize(("days", "left"), [(45, 0), (10, 230)])
def test_a_discount_counts_only_within_its_terms(days, left):
    ana = make_ana()
    set_rule(ana, discounts=(EarlyDiscount(percent=Decimal(2), days=days),))
    item = make_item(ana, "115.00")
    cash = make_cash(None, "112.70", legal_entity_id=ana.legal_entity_id)
    Payment.objects.filter(pk=cash.payment_id).update(text=f"for {item.invoice.number}")
    match()
    assert reload(item).open_minor == left
    assert not untied()


def test_money_that_the_bank_took_back_says_nothing_about_the_finding():
    ana = make_ana()
    item = make_item(ana, "115.00")
    cash = make_cash(None, "115.00", legal_entity_id=ana.legal_entity_id)
    Payment.objects.filter(pk=cash.payment_id).update(text=f"for {item.invoice.number}")
    match(auto=False)
    [found] = list_queue()
    cash_application.accept_matches(act=ACT, match_ids=[found.match_id])
    return_payment(act=ACT, payment_id=cash.payment_id, value_date=TODAY, kind=ReturnKind.RETURNED)
    answers = match_history(legal_entity_ids=[ana.legal_entity_id])[ana.legal_entity_id, found.evidence_kind]
    assert (answers.right, answers.wrong) == (1, 0)


def test_an_advice_that_lists_a_document_twice_pays_no_more_than_is_open_and_stops_no_other_receipt():
    ana = make_ana()
    twice, other = make_item(ana, "115.00"), make_item(ana, "70.00")
    take(ana, (twice.invoice.number, "60.00"), (twice.invoice.number, "60.00"))
    make_cash(None, "120.00", legal_entity_id=ana.legal_entity_id)
    cash = make_cash(None, "70.00", legal_entity_id=ana.legal_entity_id)
    Payment.objects.filter(pk=cash.payment_id).update(text=f"for {other.invoice.number}")
    assert match().posted == 1
    assert (reload(twice).open_minor, reload(other).open_minor) == (11500, 0)
    [found] = list_queue()
    assert (found.reason, [item.amount for item in found.items]) == ("ADVICE_DIFFERS", [Money.of("60.00", "ZAR")])


def test_what_an_advice_sets_off_is_not_paid_by_money_that_did_not_come():
    ana = make_ana()
    items = [make_item(ana, "115.00"), make_item(ana, "100.00")]
    take(ana, (items[0].invoice.number, "115.00"), (items[1].invoice.number, "100.00"), ("CN-17", "-20.00"))
    make_cash(None, "195.00", legal_entity_id=ana.legal_entity_id)
    match()
    [found] = list_queue()
    cash_application.accept_matches(act=ACT, match_ids=[found.match_id])
    assert [reload(item).open_minor for item in items] == [0, 10000]
    assert not untied()
