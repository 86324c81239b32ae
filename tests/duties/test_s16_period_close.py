"""S16: Enforce internal controls: segregation of duties, four-eyes, period close and lock, control totals per run.

The close of January by Felix and Flora, on the pages. Manual journals by two people stand in `test_s16_two_people`,
the control totals of a run and its approval by another person in `test_s01_bill_run`.
"""

from __future__ import annotations

from datetime import date

import pytest
from tests.duties.people import on, person, type_in

from billwright.access.approvals import list_approvals
from billwright.access.states import Role
from billwright.interfaces.cli import payments
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import close_period, start_closing_period
from billwright.ledger.queries import list_periods
from billwright.payments.queries import get_payment
from billwright.receivables.tests.builders import make_ana
from billwright.workflow.approvals import decide_approval

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S16")]


def january(account):
    [period] = [row for row in list_periods(account.legal_entity_id) if row.starts_on == date(2026, 1, 1)]
    return period


def close_months_before(period):
    for row in list_periods(period.legal_entity_id):
        if row.starts_on < period.starts_on:
            start_closing_period(act=make_act(), period_id=row.id)
            close_period(act=make_act(), period_id=row.id)


def test_s16_a_closed_month_takes_no_money_and_is_opened_or_locked_by_two_people():
    ana = make_ana()
    felix, flora = person("felix", Role.FINANCE_MANAGER), person("flora", Role.FINANCE_MANAGER)
    period = january(ana)
    # 5 February: a cash applier may not close; Felix does, in two steps.
    with on("2026-02-05"):
        clive = person("clive", Role.CASH_APPLIER)
        clive.sends("period-move", period.id, "start_closing", expecting=403)
        felix.sends("period-move", period.id, "start_closing")
        felix.sends("period-move", period.id, "close")
        assert january(ana).state == "CLOSED"
        # Money of January that comes now is booked in the first open month.
        late = ("50.00", "--key", "LATE", "--value-date", "2026-01-30", "--account", ana.number)
        received = type_in(payments.app, "receive", *late)
        assert get_payment(received["payment_id"]).accounting_date == date(2026, 2, 1)
        # What was reported stays: the months before it are closed first.
        close_months_before(period)
        # Felix alone can neither open it again nor lock it: he asks, and may not answer himself.
        felix.sends("period-move", period.id, "lock", reason="Reported to the revenue service")
        [asked] = list_approvals()
        assert (asked.verb, january(ana).state) == ("period.lock", "CLOSED")
        with pytest.raises(NotAllowed, match="request of their own"):
            decide_approval(act=make_act(actor=felix.actor), approval_id=asked.id, approve=True)
        flora.sends("approval-decide", asked.id, decision="approve")
        assert january(ana).state == "LOCKED"
    # Locked is for good.
    with pytest.raises(Refusal):
        start_closing_period(act=make_act(), period_id=period.id)
