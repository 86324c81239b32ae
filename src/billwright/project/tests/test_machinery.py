"""The test machinery itself: roles, roll-back, own databases."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from billwright.kernel.models import AuditEvent
from billwright.project.runtime import roles


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_tests_act_in_the_role_of_the_application():
    assert ask("select current_user") == "billwright_app"


@pytest.mark.django_db
def test_the_application_may_not_change_append_only_tables():
    assert "kernel_audit_event" in roles.append_only_tables()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        AuditEvent.objects.update(verb="changed")


@pytest.mark.django_db
def test_the_owner_meets_the_trigger_behind_the_grant(as_owner):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), as_owner():
        AuditEvent.objects.update(verb="changed")
    assert ask("select current_user") == "billwright_app"


def test_a_committed_database_is_the_tests_own(committed_db):
    assert ask("select current_database()") == committed_db
    with transaction.atomic():
        ask("select 1")
    connection.close()
    assert ask("select count(*) from kernel_audit_event") == 0
