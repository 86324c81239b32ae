"""Whatever is issued, paid, allocated, undone, credited, refunded or returned: ledger = sub-ledger = ageing."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.queries import trial_balance
from billwright.org.queries import get_legal_entity
from billwright.org.states import PartBase
from billwright.org.terms import TermsPart
from billwright.payments.states import ReturnKind
from billwright.receivables.models import Allocation, OpenItem, SourceUse, UnallocatedCash
from billwright.receivables.operations import allocate, move_cash, unallocate
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.rows import AllocationPart, CashShare
from billwright.receivables.states import AllocationPolicy, UseKind
from billwright.receivables.tests.builders import make_ana, make_boris, make_item
from billwright.reporting.ageing import AgeingQuestion, age_totals
from billwright.reporting.reconciliation import reconcile
from billwright.workflow.payment_intake import ReceiptIn, receive_payments, refund, return_payment

FIRST = date(2026, 1, 1)
amounts = st.integers(1, 500).map(lambda minor: Money(minor, "ZAR"))
days = st.integers(0, 60).map(lambda count: FIRST + timedelta(days=count))
policies = st.sampled_from([None, AllocationPolicy.OLDEST_FIRST, AllocationPolicy.COSTS_INTEREST_PRINCIPAL])
choice = st.integers(0, 50)
IN_PARTS = (
    TermsPart(share=Decimal("33.33"), days=5),
    TermsPart(share=Decimal(50), of=PartBase.REST, months=1, day=15),
    TermsPart(rest=True, months=1, days=20),
)
terms = st.sampled_from([(), IN_PARTS, IN_PARTS[1:]])


class MoneyThatMoves(RuleBasedStateMachine):
    """Ana and Boris, their documents and their money, in any order of acts."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        ana = make_ana()
        self.accounts = [ana, make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))]
        self.received = []
        self.keys = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    def account(self, index):
        return self.accounts[index % 2]

    def act(self, reason="by chance"):
        return make_act(at="2026-06-01T10:00:00", reason=reason)

    def pick(self, rows, index):
        found = list(rows.order_by("id"))
        return found[index % len(found)] if found else None

    def picture(self):
        """All that a reader of the books can see."""
        entity = self.accounts[0].legal_entity_id
        reports = [age_totals(AgeingQuestion(as_of=FIRST + timedelta(days=count))).totals for count in (10, 40, 200)]
        balances = [
            (row.code, row.balance_minor)
            for row in trial_balance(legal_entity_id=entity, as_of=date(2026, 12, 31))
            if row.balance_minor
        ]
        seen = [[total for total in report if total.total or total.unallocated] for report in reports]
        return seen, balances

    @initialize(dated=st.lists(days, min_size=6, max_size=6), amounts=st.lists(amounts, min_size=6, max_size=6))
    def begin_with_something_of_everything(self, dated, amounts):
        for index in range(2):
            self.issue(index, amounts[index], dated[index], dated[index])
            self.credit(index, amounts[2 + index], dated[2 + index])
            self.pay(index, amounts[4 + index], dated[4 + index], None)

    @rule(index=choice, amount=amounts, day=days, due=days, parts=terms)
    def issue(self, index, amount, day, due, parts=()):
        make_item(self.account(index), str(amount.decimal), dated=str(day), due=str(max(day, due)), parts=parts)

    @rule(index=choice, amount=amounts, day=days)
    def credit(self, index, amount, day):
        make_item(self.account(index), str(-amount.decimal), dated=str(day), due=str(day))

    def receive(self, index, amount, day, policy):
        self.keys += 1
        receipt = ReceiptIn(
            source="chance",
            source_key=str(self.keys),
            amount=amount,
            value_date=day,
            account_id=self.account(index).id,
        )
        [answer] = receive_payments(act=self.act(), receipts=[receipt], policy=policy)
        return answer

    @rule(index=choice, amount=amounts, day=days, policy=policies)
    def pay(self, index, amount, day, policy):
        self.received.append(self.receive(index, amount, day, policy))

    def some_part(self, item_index, source, amount, *, by_credit):
        item = self.pick(OpenItem.objects.filter(open_minor__gt=0), item_index)
        credit = self.pick(OpenItem.objects.filter(open_minor__lt=0), source) if by_credit else None
        cash = None if by_credit else self.pick(UnallocatedCash.objects.filter(open_minor__gt=0), source)
        if item is None or (credit or cash) is None:
            return None
        most = min(item.open_minor, abs((credit or cash).open_minor))
        return AllocationPart(
            open_item_id=item.pk,
            cash_id=cash.pk if cash else None,
            credit_item_id=credit.pk if credit else None,
            amount=Money(min(amount.amount_minor, most), "ZAR"),
        )

    @rule(item=choice, source=choice, amount=amounts, by_credit=st.booleans())
    def allocate_some(self, item, source, amount, by_credit):
        part = self.some_part(item, source, amount, by_credit=by_credit)
        if part is not None:
            allocate(act=self.act(), parts=[part])

    @rule(item=choice, source=choice, amount=amounts, by_credit=st.booleans())
    def allocate_some_to_a_document_in_the_order_of_its_parts(self, item, source, amount, by_credit):
        part = self.some_part(item, source, amount, by_credit=by_credit)
        if part is None:
            return
        invoice_id = OpenItem.objects.get(pk=part.open_item_id).invoice_id
        allocate(act=self.act(), parts=[replace(part, open_item_id=None, invoice_id=invoice_id)])

    @rule(item=choice, source=choice, amount=amounts, by_credit=st.booleans())
    def allocating_and_undoing_it_never_happened(self, item, source, amount, by_credit):
        part = self.some_part(item, source, amount, by_credit=by_credit)
        if part is None:
            return
        before = self.picture()
        [row] = allocate(act=self.act(), parts=[part])
        unallocate(act=self.act(), allocation_ids=[row.allocation_id])
        assert self.picture() == before

    @rule(index=choice)
    def unallocate_some(self, index):
        row = self.pick(Allocation.objects.filter(reverses=None, reversed_by=None), index)
        if row is not None:
            unallocate(act=self.act(), allocation_ids=[row.pk])

    @rule(index=choice, amount=amounts)
    def move_some(self, index, amount):
        cash = self.pick(UnallocatedCash.objects.filter(open_minor__gt=0), index)
        if cash is None:
            return
        [to] = [account for account in self.accounts if account.id != cash.account_id]
        share = CashShare(account_id=to.id, amount=Money(min(amount.amount_minor, cash.open_minor), "ZAR"))
        move_cash(act=self.act(), cash_id=cash.pk, shares=[share])

    @rule(index=choice, amount=amounts, by_credit=st.booleans())
    def refund_some(self, index, amount, by_credit):
        source = self.pick(
            OpenItem.objects.filter(open_minor__lt=0)
            if by_credit
            else UnallocatedCash.objects.filter(open_minor__gt=0),
            index,
        )
        if source is not None:
            refund(
                act=self.act(),
                amount=Money(min(amount.amount_minor, abs(source.open_minor)), "ZAR"),
                value_date=FIRST + timedelta(days=70),
                cash_id=None if by_credit else source.pk,
                credit_item_id=source.pk if by_credit else None,
            )

    @rule(index=choice, kind=st.sampled_from(ReturnKind), late=st.integers(0, 40))
    def return_some(self, index, kind, late):
        if not self.received:
            return
        answer = self.received.pop(index % len(self.received))
        day = FIRST + timedelta(days=60 + late)
        refunded = SourceUse.objects.filter(cash__payment_id=answer.payment_id, kind=UseKind.REFUND).exists()
        expected = pytest.raises(Conflict, match="refunded") if refunded else nullcontext()
        with expected, transaction.atomic():
            return_payment(act=self.act(), payment_id=answer.payment_id, value_date=day, kind=kind)

    @rule(index=choice, amount=amounts, day=days, policy=policies)
    def a_receipt_recorded_wrongly_never_happened(self, index, amount, day, policy):
        before = self.picture()
        answer = self.receive(index, amount, day, policy)
        return_payment(act=self.act(), payment_id=answer.payment_id, value_date=day, kind=ReturnKind.RECORDED_WRONGLY)
        assert self.picture() == before

    @rule(item=choice, source=choice)
    def more_than_is_open_is_refused(self, item, source):
        part = self.some_part(item, source, Money(1, "ZAR"), by_credit=False)
        if part is None:
            return
        before = self.picture()
        too_much = AllocationPart(open_item_id=part.open_item_id, cash_id=part.cash_id, amount=Money(10_000_000, "ZAR"))
        with pytest.raises(Refusal):
            allocate(act=self.act(), parts=[too_much])
        assert self.picture() == before

    @invariant()
    def everything_ties(self):
        assert_sub_ledger_ties()
        for count in (5, 30, 65, 200):
            for total in age_totals(AgeingQuestion(as_of=FIRST + timedelta(days=count))).totals:
                assert (total.difference, total.cash_difference) == (Money.zero("ZAR"), Money.zero("ZAR"))

    @rule()
    def every_account_reconciles(self):
        assert reconcile([account.id for account in self.accounts]).ties


def play(example_count):
    chance = settings(
        max_examples=example_count, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(MoneyThatMoves, settings=chance)


@pytest.mark.django_db
def test_any_sequence_of_acts_ties():
    play(8)


@pytest.mark.soak
@pytest.mark.django_db
def test_many_sequences_of_acts_tie():
    play(200)
