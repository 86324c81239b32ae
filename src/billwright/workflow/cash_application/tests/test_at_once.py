"""Findings carried out by SQL and one by one write the same rows."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction

from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.org.queries import get_legal_entity
from billwright.payments.models import Payment
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import MatchRuleIn
from billwright.receivables.queries import list_matches, untied
from billwright.receivables.states import MatchState
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item
from billwright.workflow import cash_application
from billwright.workflow.cash_application import Wanted, at_once

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 12)
ACT = make_act(at="2026-02-12T09:00:00", reason="test")

# What a run leaves behind, without ids, which every run takes anew.
LEFT_BEHIND = """
    select account_id, payment_id, value_date, accounting_date, amount_minor, open_minor
    from receivables_unallocated_cash;
    select a.account_id, a.open_item_id, c.payment_id, c.account_id, a.amount_minor, a.currency, a.policy,
        a.accounting_date, a.recorded_by, a.recorded_at, a.run_id, a.reverses_id
    from receivables_allocation as a left join receivables_unallocated_cash as c on c.id = a.cash_id;
    select u.account_id, u.kind, u.cash_id, t.account_id, u.amount_minor, u.accounting_date, u.reason, u.rate_source,
        u.recorded_by
    from receivables_source_use as u join receivables_unallocated_cash as t on t.id = u.to_cash_id;
    select id, open_minor from receivables_open_item;
    select e.kind, e.document_date, e.accounting_date, e.narration, e.actor, e.closing, p.line_no, p.currency,
        p.ledger_account_id, p.billing_account_id, p.amount_minor, p.base_minor, p.tax_code, p.cost_center,
        split_part(e.entry_key, ':', 1)
    from ledger_journal_entry as e join ledger_posting as p on p.entry_id = e.id;
    select cash_id, payment_id, account_id, amount_minor, state, evidence, probability, decision, decided_by,
        decided_at, jsonb_array_length(allocation_ids), jsonb_array_length(moved_cash_ids)
    from receivables_match_proposal;
    select subject, topic, payload ->> 'items' from kernel_outbox_event where topic = 'payment.matched';
    select sign, account_id from receivables_payer_sign
"""


def left_behind():
    found = []
    with connection.cursor() as cursor:
        for statement in LEFT_BEHIND.split(";"):
            cursor.execute(statement)
            found.append(sorted(cursor.fetchall(), key=repr))
    return found


@contextmanager
def undone_afterwards():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def says(cash, text, payer=""):
    Payment.objects.filter(pk=cash.payment_id).update(text=text, payer_name=payer)


def make_receipts():
    """One payer with a rest, one deposit for two, money that is its payer's already, a part, and a short one."""
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    rule = MatchRuleIn(
        legal_entity_id=ana.legal_entity_id, currency="ZAR", valid_from=date(2026, 1, 1), tolerance=Money(500, "ZAR")
    )
    receivables.set_match_rule(act=ACT, rule=rule)
    numbers = [make_item(owner, amount).invoice.number for owner, amount in (
        (ana, "100.00"), (ana, "80.00"), (boris, "50.00"), (ana, "70.00"), (boris, "60.00"), (boris, "90.00"),
    )]  # fmt: skip
    entity = ana.legal_entity_id
    says(make_cash(None, "120.00", legal_entity_id=entity), numbers[0], "Ana Botha Trading")
    says(make_cash(None, "130.00", legal_entity_id=entity), f"{numbers[1]} {numbers[2]}")
    make_cash(ana, "70.00")
    says(make_cash(None, "25.00", legal_entity_id=entity), numbers[4])
    says(make_cash(None, "88.00", legal_entity_id=entity), numbers[5])


def match():
    cash_application.refresh_keys()
    cash_application.match_batch(act=ACT, run_key="run", wanted=Wanted(), on=TODAY, auto=True)


def test_all_at_once_writes_what_one_by_one_writes(monkeypatch):
    make_receipts()
    with undone_afterwards():
        match()
        assert [row.state for row in list_matches()] == [MatchState.ACCEPTED] * 5
        assert untied() == []
        at_once_left = left_behind()
    with undone_afterwards():
        monkeypatch.setattr(at_once, "is_plain", lambda *_facts: False)
        match()
        one_by_one_left = left_behind()
    for ours, theirs in zip(at_once_left, one_by_one_left, strict=True):
        assert ours == theirs


def test_what_was_carried_out_at_once_is_taken_back_whole():
    make_receipts()
    before = left_behind()
    match()
    for row in list_matches():
        cash_application.undo_match(act=ACT, match_id=row.match_id, on=TODAY)
    assert untied() == []
    # Items are open again and every receipt is back in suspense, or on the account that it was recorded on.
    assert left_behind()[3] == before[3]
    with connection.cursor() as cursor:
        cursor.execute(
            "select payment_id, sum(open_minor) from receivables_unallocated_cash group by payment_id,"
            " account_id having sum(open_minor) > 0"
        )
        waiting = {payment_id: int(minor) for payment_id, minor in cursor.fetchall()}
    assert waiting == {row.pk: row.amount_minor for row in Payment.objects.all()}
