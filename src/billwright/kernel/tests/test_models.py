import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from billwright.kernel import audit, outbox
from billwright.kernel.models import IdempotencyKey, OutboxEvent
from billwright.kernel.tests.builders import make_act

pytestmark = pytest.mark.django_db
AT = make_act().at


@pytest.mark.parametrize("statement", ["update kernel_audit_event set reason = ''", "delete from kernel_audit_event"])
def test_the_audit_trail_is_append_only(as_owner, statement):
    audit.record(verb="test", actor="user:0", subject="wall:1", at=AT)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        as_owner(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_key_is_taken_once_per_scope():
    IdempotencyKey.objects.create(scope="s", key="k", input_digest="", recorded_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdempotencyKey.objects.create(scope="s", key="k", input_digest="", recorded_at=AT)


@pytest.fixture
def received():
    events: list[str] = []

    def handler(event, at):
        if event.subject == "bad":
            raise ValueError("no")
        events.append(event.subject)

    outbox.subscribe("test.topic", handler)
    yield events
    del outbox._handlers["test.topic"]


def test_an_event_is_delivered_once(received):
    outbox.emit(topic="test.topic", subject="one", at=AT)
    assert (outbox.deliver_waiting(at=AT), outbox.deliver_waiting(at=AT), received) == (1, 0, ["one"])


def test_a_failing_handler_leaves_its_event_waiting_with_the_reason(received):
    outbox.emit(topic="test.topic", subject="bad", at=AT)
    outbox.emit(topic="test.topic", subject="good", at=AT)
    outbox.deliver_waiting(at=AT)
    failed = OutboxEvent.objects.get(subject="bad")
    assert (received, failed.delivered_at, failed.failure) == (["good"], None, "ValueError: no")


def test_an_event_of_a_rolled_back_act_never_was(received):
    with transaction.atomic():
        outbox.emit(topic="test.topic", subject="one", at=AT)
        transaction.set_rollback(True)
    assert outbox.deliver_waiting(at=AT) == 0
