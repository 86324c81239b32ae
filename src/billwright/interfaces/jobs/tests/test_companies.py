"""Work company by company: what one refuses is told in the log and stops no other."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import structlog

from billwright.interfaces.jobs import collecting, daily, matching
from billwright.invoicing.tests.builders import make_company
from billwright.kernel import clock
from billwright.kernel.errors import Refusal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 11, 6, 30, tzinfo=UTC)
AS_OF = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("module", "work", "job", "answer"),
    [
        (collecting, "announce_debits", collecting.tell_of_debits, 3),
        (daily, "send_statements", daily.send_scheduled_statements, 3),
        (matching.cash_application, "match_batch", matching.match_receipts, SimpleNamespace(receipts=0)),
    ],
)
def test_a_company_that_refuses_keeps_no_other_from_its_turn(monkeypatch, module, work, job, answer):
    first, second = make_company("KAROO"), make_company("VITOSHA")
    met = []

    def refuse_the_first(*, legal_entity_id=None, wanted=None, **_rest):
        met.append(legal_entity_id or wanted.legal_entity_ids[0])
        if met[-1] == first.id:
            raise Refusal("period.closed", "January is closed.")
        return answer

    monkeypatch.setattr(module, work, refuse_the_first)
    monkeypatch.setattr(daily, "scheduled_day", lambda *, schedule, today: AS_OF)
    with clock.standing_at(AT), structlog.testing.capture_logs() as told:
        assert job(timestamp=0) == (answer if answer == 3 else 0)
    assert met == [first.id, second.id]
    assert [(line["log_level"], line["entity"], line["code"]) for line in told] == [
        ("warning", "KAROO", "period.closed")
    ]
