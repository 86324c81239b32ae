"""The housekeeping jobs, called as the worker calls them."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from billwright.access.approvals import get_approval
from billwright.access.models import StaffSession
from billwright.access.states import Role
from billwright.access.tests.builders import AT, make_user
from billwright.interfaces.jobs.access import clear_expired_sessions, expire_waiting_approvals
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.models import AuditEvent
from billwright.workflow.approvals import request_approval

pytestmark = pytest.mark.django_db


def test_the_worker_knows_the_jobs():
    names = {name for name, _ in app.periodic_registry.periodic_tasks}
    assert {expire_waiting_approvals.name, clear_expired_sessions.name} <= names


def test_overdue_requests_are_closed_once():
    boris, carla = make_user("boris", Role.COLLECTOR), make_user("carla")
    act = Act(actor=boris.actor, at=AT, reason="On leave")
    approval = request_approval(act=act, verb="role.grant", arguments={"user_id": carla.pk, "role": "COLLECTOR"})
    with clock.standing_at(AT + timedelta(days=6)):
        assert expire_waiting_approvals(0) == 0
    with clock.standing_at(AT + timedelta(days=8)):
        assert [expire_waiting_approvals(0), expire_waiting_approvals(0)] == [1, 0]
    assert get_approval(approval.id).state == "EXPIRED"
    assert AuditEvent.objects.filter(verb="approval.expire").count() == 1


def test_sessions_that_ran_out_are_removed():
    now = clock.now()
    for key, until in {"past": now - timedelta(days=1), "present": now + timedelta(days=1)}.items():
        StaffSession.objects.create(session_key=key, session_data="", expire_date=until)
    clear_expired_sessions(0)
    assert [session.session_key for session in StaffSession.objects.all()] == ["present"]
