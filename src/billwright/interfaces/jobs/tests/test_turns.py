"""Work company by company: what one refuses is told in the log and stops no other."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import structlog
from django.db import DatabaseError

from billwright.interfaces.jobs import collecting, daily, matching
from billwright.interfaces.jobs.turns import at_each
from billwright.invoicing.tests.builders import make_company
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.kernel.triggers import CLOSED_STATE

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 11, 6, 30, tzinfo=UTC)
AS_OF = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("module", "work", "job", "answer"),
    [
        (collecting, "announce_debits", collecting.tell_of_debits, 3),
        (collecting, "expire_due", collecting.watch_mandates, 3),
        (daily, "send_reminders", daily.remind_before_due, 3),
        (daily, "send_statements", daily.send_scheduled_statements, 3),
        (daily, "expire_wallets", daily.expire_prepaid_money, 3),
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
    assert [(line["log_level"], line["of"], line["code"]) for line in told] == [("warning", "KAROO", "period.closed")]


def refused_by_database(state):
    error = DatabaseError("no")
    error.__cause__ = type("Cause", (Exception,), {"sqlstate": state})()
    return error


def test_what_the_database_refuses_stops_no_other_and_a_bug_is_raised_once_all_had_their_turn():
    met = []

    def work(one):
        met.append(one)
        if one == "closed":
            raise refused_by_database(CLOSED_STATE)
        if one == "bug":
            raise refused_by_database("42703")
        return 1

    assert at_each(["closed", "open"], work, job="x", name=str) == 1
    with pytest.raises(DatabaseError):
        at_each(["bug", "open"], work, job="x", name=str)
    assert met == ["closed", "open", "bug", "open"]
