from datetime import UTC, date, datetime

import pytest
from procrastinate.contrib.django import app

from billwright.comms import operations as comms
from billwright.comms import ports, queries
from billwright.comms.operations import NewMessage
from billwright.interfaces.jobs.daily import end_subscriptions, remind_before_due
from billwright.interfaces.jobs.messages import deliver_events, deliver_mail
from billwright.invoicing.tests.builders import make_company, make_draft, make_payer
from billwright.kernel import clock, outbox
from billwright.kernel.models import AuditEvent
from billwright.kernel.tests.builders import make_act
from billwright.workflow import documents

pytestmark = pytest.mark.django_db
AT = datetime(2026, 2, 11, 6, 30, tzinfo=UTC)


class Carrier:
    def __init__(self):
        self.mails = []

    def send(self, mail):
        self.mails.append(mail)


@pytest.fixture
def carrier():
    before = (ports.carrier(), ports.files(), ports.from_address())
    chosen = Carrier()
    ports.wire_mail(carrier=chosen, files=documents.DOCUMENT_FILES, from_address="billing@example.org")
    yield chosen
    ports.wire_mail(carrier=before[0], files=before[1], from_address=before[2])


def test_queued_mail_leaves_with_the_next_minute(carrier):
    message = NewMessage(purpose="mail.test", to_address="it@example.org", language="en", values={"seller": "Karoo"})
    comms.queue_messages(act=make_act(), messages=[message])
    with clock.standing_at(AT):
        assert [deliver_mail(timestamp=0), deliver_mail(timestamp=0)] == [1, 0]
    assert [mail.from_address for mail in carrier.mails] == ["billing@example.org"]


def test_the_reminder_leaves_three_days_before_the_due_day_and_once():
    payer = make_payer(make_company())
    draft = make_draft(payer, due_date=date(2026, 2, 14))
    documents.issue_invoice(act=make_act(), invoice_id=draft.id, version=1)
    with clock.standing_at(AT):
        assert [remind_before_due(timestamp=0), remind_before_due(timestamp=0)] == [1, 0]
    assert queries.list_messages()[0].requested_by == "system:scheduler"


def test_a_day_without_ends_ends_nothing():
    with clock.standing_at(AT):
        assert end_subscriptions(timestamp=0) == 0


def test_a_day_without_work_leaves_no_trace():
    make_payer(make_company())
    kept = list(AuditEvent.objects.values_list("verb", flat=True))
    jobs = [entry.task for entry in app.periodic_registry.periodic_tasks.values() if "builtin" not in entry.task.name]
    assert len(jobs) > 15
    with clock.standing_at(AT):
        for job in jobs:
            job.func(timestamp=0)
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == kept


def test_events_are_delivered_once():
    seen = []
    outbox.subscribe("test.topic", lambda event, at: seen.append((event.subject, at)))
    outbox.emit(topic="test.topic", subject="invoice:1", at=AT)
    with clock.standing_at(AT):
        assert [deliver_events(timestamp=0), deliver_events(timestamp=0)] == [1, 0]
    assert seen == [("invoice:1", AT)]
