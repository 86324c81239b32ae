from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from billwright.comms import operations, queries, templates
from billwright.comms.models import MessageTemplate, OutgoingMessage
from billwright.comms.operations import NewMessage
from billwright.comms.policies import placeholders
from billwright.comms.ports import MailFile, MailPostponed, MailRefused, MailUncertain
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Carrier:
    """Takes every mail, or answers as told."""

    def __init__(self, *answers):
        self.mails, self.answers = [], list(answers)

    def send(self, mail):
        self.mails.append(mail)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer


class Files:
    def files_of(self, *, purpose, about):
        return (MailFile("INV-1.pdf", "application/pdf", b"%PDF"),) if about == "invoice:1" else ()


def queue(*, to_address="ana@example.org", effect_key=None, about="", language="en"):
    message = NewMessage(
        purpose="mail.test", to_address=to_address, language=language, values={"seller": "Karoo"},
        about=about, effect_key=effect_key,
    )  # fmt: skip
    return operations.queue_messages(act=make_act(), messages=[message])


def deliver(carrier, *, files=None, at=AT):
    return operations.deliver_waiting(carrier=carrier, files=files, at=at)


def only():
    return queries.message_row(OutgoingMessage.objects.get())


def test_every_shipped_text_uses_only_the_names_of_its_message():
    for code in templates.template_codes():
        words = templates.present_templates(code)
        assert set(words) == {"en", "af", "bg", "de", "hi"}
        for row in words.values():
            assert placeholders(row.subject) | placeholders(row.body) <= set(templates.allowed_names(code))


def test_an_effect_is_queued_once():
    assert [queue(effect_key="v1|mail|invoice=1"), queue(effect_key="v1|mail|invoice=1")] == [1, 0]
    assert OutgoingMessage.objects.count() == 1


def test_a_language_that_nobody_wrote_falls_back_to_english():
    queue(language="fr")
    assert (only().language, only().subject) == ("en", "Test from Karoo")


def test_a_wrong_address_is_refused():
    with pytest.raises(Refusal, match="no mail address"):
        queue(to_address="nobody")


def test_a_sent_mail_carries_its_file_and_its_fixed_message_id():
    queue(about="invoice:1")
    carrier = Carrier()
    assert deliver(carrier, files=Files()).sent == 1
    (mail,) = carrier.mails
    assert (only().state, only().sent_at, only().message_id) == ("SENT", AT, mail.message_id)
    assert mail.files[0].name == "INV-1.pdf"


def test_without_a_carrier_mail_stays_queued_and_can_be_read():
    queue()
    assert deliver(None).sent == 0
    assert queries.list_messages(states=["QUEUED"])[0].body.startswith("This is a test.")


def test_a_refused_mail_fails_with_the_reason_and_goes_again_by_hand_under_the_same_message_id():
    queue()
    deliver(Carrier(MailRefused("550 unknown mailbox")))
    failed = only()
    assert (failed.state, failed.failure) == ("FAILED", "550 unknown mailbox")
    operations.requeue_message(act=make_act(), message_id=failed.id)
    carrier = Carrier()
    deliver(carrier)
    assert carrier.mails[0].message_id == failed.message_id


def test_a_server_that_is_down_is_asked_again_and_at_last_given_up():
    queue()
    queue()
    for _turn in range(5):
        result = deliver(Carrier(MailPostponed("down")))
    assert result.failed == 1
    assert sorted(OutgoingMessage.objects.values_list("state", flat=True)) == ["FAILED", "SENT"]


def test_a_broken_connection_leaves_unknown_and_is_never_resent_by_itself():
    queue()
    assert deliver(Carrier(MailUncertain("broke"))).unknown == 1
    carrier = Carrier()
    deliver(carrier, at=AT + timedelta(days=9))
    assert (only().state, carrier.mails) == ("UNKNOWN", [])


def test_what_a_crash_left_is_shown_as_unknown_after_a_while():
    queue()

    class Crash(BaseException):
        pass

    with pytest.raises(Crash), transaction.atomic():
        deliver(Carrier(Crash()))
    OutgoingMessage.objects.update(state="SENDING", claimed_at=AT)
    assert operations.mark_lost(at=AT + timedelta(minutes=15)) == 0
    assert operations.mark_lost(at=AT + timedelta(minutes=16)) == 1
    assert only().state == "UNKNOWN"


def test_a_document_that_cannot_be_printed_stops_no_other_mail():
    class Broken:
        def files_of(self, *, purpose, about):
            if about:
                raise ValueError("no such document")
            return ()

    queue(about="invoice:9")
    queue()
    result = deliver(Carrier(), files=Broken())
    assert (result.failed, result.sent) == (1, 1)


def test_a_person_decides_about_an_unknown_message_and_says_why():
    queue()
    deliver(Carrier(MailUncertain("broke")))
    with pytest.raises(Refusal, match="how you know"):
        operations.confirm_message(act=make_act(), message_id=only().id)
    confirmed = operations.confirm_message(act=make_act(reason="Ana has it"), message_id=only().id)
    assert confirmed.state == "SENT"
    with pytest.raises(IllegalTransition):
        operations.fail_message(act=make_act(reason="no"), message_id=confirmed.id)


def test_a_canceled_message_is_not_sent():
    queue()
    operations.cancel_message(act=make_act(), message_id=only().id)
    assert deliver(Carrier()).sent == 0


def test_the_database_refuses_to_resend_what_was_sent():
    queue()
    deliver(Carrier())
    with pytest.raises(DatabaseError, match="[Ii]nvalid|transition"), transaction.atomic():
        OutgoingMessage.objects.update(state="QUEUED")


def test_an_own_text_takes_the_place_of_the_shipped_one():
    saved = operations.save_template(act=make_act(), code="mail.test", language="en", subject="Hi", body="{seller}!")
    assert saved.version == 1
    queue()
    assert (only().subject, only().body) == ("Hi", "Karoo!")


def test_the_shipped_words_hold_again_and_every_version_is_kept():
    words = {"code": "mail.test", "language": "en"}
    operations.save_template(act=make_act(), **words, subject="Hi", body="{seller}!")
    back = operations.restore_template(act=make_act(), **words, over_version=1)
    assert (back.version, back.is_own, back.subject) == (2, False, "Test from {seller}")
    queue()
    assert only().subject == "Test from Karoo"
    assert [(row.version, row.subject) for row in templates.list_versions(**words)] == [(2, back.subject), (1, "Hi")]
    with pytest.raises(Refusal, match="hold already"):
        operations.restore_template(act=make_act(), **words)
    with pytest.raises(Conflict, match="version 1"):
        operations.save_template(act=make_act(), **words, subject="Hi", body="x", over_version=1)


def test_no_version_is_changed_not_even_by_the_owner_of_the_tables(as_owner):
    operations.save_template(act=make_act(), code="mail.test", language="en", subject="Hi", body="{seller}!")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), as_owner():
        MessageTemplate.objects.update(body="x")


def test_every_name_has_an_example_and_every_mail_can_be_shown():
    for row in templates.list_templates():
        subject, body = row.filled(templates.examples(row.code))
        assert subject
        assert "{" not in body


@pytest.mark.parametrize(
    ("code", "subject", "body", "refusal"),
    [
        ("mail.test", "", "x", "template.empty"),
        ("mail.test", "x" * 201, "x", "template.long"),
        ("mail.test", "x", "a\0b", "template.unreadable"),
        ("mail.test", "x", "{password}", "template.placeholder"),
        ("mail.test", "x", "{", "template.brace"),
        ("mail.none", "x", "x", "template.not_found"),
    ],
)
def test_a_wrong_text_is_refused(code, subject, body, refusal):
    with pytest.raises((Refusal, NotFound)) as refused:
        operations.save_template(act=make_act(), code=code, language="en", subject=subject, body=body)
    assert refused.value.code == refusal


def test_the_test_mail_is_queued():
    assert operations.send_test_mail(act=make_act(), to_address="it@example.org", language="de", seller="Karoo") == 1
    assert only().subject == "Test von Karoo"
