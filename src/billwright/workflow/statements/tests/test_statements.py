"""When statements go by themselves, and what a batch refuses."""

from datetime import date

import pytest

from billwright.comms.queries import list_messages
from billwright.kernel.errors import Refusal
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.receivables.tests.builders import make_ana, make_item
from billwright.workflow.statements import scheduled_day, send_statements


@pytest.mark.parametrize(
    ("schedule", "today", "as_of"),
    [
        ("monthly", date(2026, 3, 1), date(2026, 2, 28)),
        ("monthly", date(2026, 3, 5), date(2026, 2, 28)),
        ("monthly", date(2026, 3, 6), None),
        ("quarterly", date(2026, 3, 1), None),
        ("quarterly", date(2026, 4, 2), date(2026, 3, 31)),
        ("quarterly", date(2027, 1, 1), date(2026, 12, 31)),
        ("never", date(2026, 4, 1), None),
    ],
)
def test_the_period_that_ended_is_sent_in_the_first_days_of_the_next(schedule, today, as_of):
    assert scheduled_day(schedule=schedule, today=today) == as_of


@pytest.mark.django_db
def test_an_account_of_another_company_is_refused_by_its_number():
    ana = make_ana()
    make_item(ana)
    other = make_books("VITOSHA")
    with pytest.raises(Refusal) as refused:
        send_statements(act=make_act(), legal_entity_id=other.id, as_of=date(2026, 2, 28), account_ids=(ana.id,))
    assert (refused.value.code, ana.number in str(refused.value)) == ("statement.other_entity", True)
    assert list_messages() == []
