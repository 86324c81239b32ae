"""Files to banks and their answers, together for all debits; what is said twice of a debit, one after the other."""

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
    another_person,
    make_company,
    make_mandate,
    make_payer,
    status_report,
    submitted,
)

pytestmark = pytest.mark.django_db


def company_of(count):
    """A company with so many debits to make."""
    entity, _bank = make_company()
    for number in range(count):
        payer = make_payer(entity, f"Payer {number}")
        make_mandate(payer, reference=f"M-{number}")
        make_item(payer, "115.00", due="2026-02-01")
    return entity


def debits(count):
    """A submitted run of so many debits."""
    return list_collections(run_id=submitted(company_of(count)).id, limit=None)


def taken(*answers):
    return take_results(act=make_act(at="2026-03-12T08:00:00"), name="answers.xml", content=status_report(*answers))


def paid(debit):
    return debit.end_to_end, "ACSC", "", "115.00"


def rejected(debit, code="AM04"):
    return debit.end_to_end, "RJCT", code, "115.00"


def states(rows):
    return [get_collection(row.id).state for row in rows]


@pytest.mark.parametrize("count", [1, 12])
def test_a_run_is_made_and_sent_in_as_many_statements_whatever_its_size(count, django_assert_num_queries):
    entity = company_of(count)
    another_person()
    with django_assert_num_queries(78):
        submitted(entity)


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
