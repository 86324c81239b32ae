"""A bank's answers are entered together, each on its own day; what is said twice of a debit, one after the other."""

import pytest

from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act
from billwright.payments.models import Payment, PaymentReturn
from billwright.payments.queries.collections import get_collection, get_run, list_collections
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.tests.builders import make_item
from billwright.workflow.collecting import discard_run, prepare_run, take_results
from billwright.workflow.collecting.failing import FailureIn
from billwright.workflow.collecting.outcomes import record_one
from billwright.workflow.collecting.tests.builders import (
    ACTION_DAY,
    make_company,
    make_mandate,
    make_payer,
    status_report,
    submitted,
)

pytestmark = pytest.mark.django_db


def debits(count):
    """A submitted run of so many debits."""
    entity, _bank = make_company()
    for number in range(count):
        payer = make_payer(entity, f"Payer {number}")
        make_mandate(payer, reference=f"M-{number}")
        make_item(payer, "115.00", due="2026-02-01")
    return list_collections(run_id=submitted(entity).id, limit=None)


def taken(*answers):
    return take_results(act=make_act(at="2026-03-12T08:00:00"), name="answers.xml", content=status_report(*answers))


def paid(debit):
    return debit.end_to_end, "ACSC", "", "115.00"


def rejected(debit, code="AM04"):
    return debit.end_to_end, "RJCT", code, "115.00"


def states(rows):
    return [get_collection(row.id).state for row in rows]


def test_a_file_of_many_answers_takes_few_statements(django_assert_max_num_queries):
    rows = debits(20)
    with django_assert_max_num_queries(60):
        assert taken(*map(paid, rows)).paid_count == 20
    assert (get_run(rows[0].run_id).state, Payment.objects.count()) == ("CLOSED", 20)
    assert_sub_ledger_ties()


def test_a_run_rejected_as_a_whole_takes_three_statements_a_debit(django_assert_max_num_queries):
    rows = debits(20)
    with django_assert_max_num_queries(30 + 3 * 20):
        assert taken(*map(rejected, rows)).failed_count == 20
    assert set(states(rows)) == {"FAILED"}


def test_what_is_said_twice_of_a_debit_is_entered_in_the_order_of_the_file():
    ana, boris, clara = debits(3)
    answer = taken(paid(ana), rejected(boris), rejected(ana), paid(clara), paid(boris), rejected(ana))
    counts = (answer.paid_count, answer.failed_count, answer.returned_count, answer.repeated_count)
    assert (counts, answer.aside) == ((2, 1, 1, 2), ())
    assert states([ana, boris, clara]) == ["RETURNED", "FAILED", "PAID"]
    assert (Payment.objects.count(), PaymentReturn.objects.count()) == (2, 1)
    assert_sub_ledger_ties()


def test_a_debit_that_no_bank_has_cannot_fail():
    entity, _bank = make_company()
    payer = make_payer(entity)
    make_mandate(payer)
    make_item(payer, "115.00", due="2026-02-01")
    run = prepare_run(
        act=make_act(at="2026-03-05T09:00:00"), legal_entity_id=entity.id, scheme="sepa-core", action_day=ACTION_DAY
    )
    discard_run(act=make_act(at="2026-03-05T10:00:00"), collection_run_id=run.id)
    [debit] = list_collections(run_id=run.id)
    failure = FailureIn(collection=debit, code="AM04", on=ACTION_DAY)
    with pytest.raises(IllegalTransition):
        record_one(act=make_act(at="2026-03-12T08:00:00"), failure=failure)
