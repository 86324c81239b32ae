"""The outbox page: reading, and deciding what became of a mail."""

import pytest

from billwright.access.states import Role
from billwright.comms.models import OutgoingMessage
from billwright.comms.states import MessageState
from billwright.interfaces.web.messages.words import MOVES, STATES
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.kernel.tests.builders import make_act
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db


def make_message(state: MessageState = MessageState.QUEUED, *, to: str = "ana@karoo.example") -> OutgoingMessage:
    return OutgoingMessage.objects.create(
        state=state,
        purpose="mail.test",
        to_address=to,
        language="en",
        subject="Your invoice INV-000001",
        body="Dear Ana,\n\nsee https://karoo.example/ <b>now</b>",
        requested_by="user:0",
        queued_at=make_act().at,
    )


def lead():
    make_entity()
    return logged_in(Role.TEAM_LEAD)


def test_an_empty_outbox_tells_what_comes():
    assert "No message yet" in lead().get("/messages/").content.decode()


def test_each_state_is_a_view_with_its_count():
    make_message()
    make_message(MessageState.UNKNOWN)
    answer = lead().get("/messages/?state=UNKNOWN")
    assert [row.state for row in answer.context["table"].rows] == ["UNKNOWN"]
    assert [(str(view.label), view.count) for view in answer.context["views"]] == [
        ("All", 2),
        ("Waits", 1),
        ("In doubt", 1),
    ]


def test_the_body_is_read_and_never_run():
    page = lead().get(f"/messages/{make_message().pk}/").content.decode()
    assert "Dear Ana" in page
    assert "&lt;b&gt;now" in page
    assert "Test mail" in page


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (MessageState.QUEUED, ["cancel"]),
        (MessageState.UNKNOWN, ["confirm", "fail", "requeue"]),
        (MessageState.FAILED, ["requeue", "cancel"]),
        (MessageState.SENT, []),
    ],
)
def test_only_what_the_state_allows_is_offered(state, offered):
    answer = lead().get(f"/messages/{make_message(state).pk}/")
    assert [name for name, _move in answer.context["moves"]] == offered


def test_a_mail_in_doubt_is_decided_with_a_reason():
    sent = make_message(MessageState.UNKNOWN)
    client = lead()
    assert client.post(f"/messages/{sent.pk}/confirm/").status_code == 422
    assert client.post(f"/messages/{sent.pk}/confirm/", {"reason": "Ana read it to me"}).status_code == 302
    assert OutgoingMessage.objects.get(pk=sent.pk).state == MessageState.SENT


def test_an_illegal_decision_is_refused_in_the_drawer():
    sent = make_message(MessageState.SENT)
    answer = lead().post(f"/messages/{sent.pk}/cancel/")
    assert answer.status_code == 422
    assert "It is possible from" in answer.content.decode()


def test_who_may_see_the_wording_is_led_to_it():
    make_entity()
    page = logged_in(Role.AUDITOR).get(f"/messages/{make_message().pk}/").content.decode()
    assert '<a href="/setup/wordings/mail.test/en/">Test mail</a>' in page


def test_sales_reads_and_decides_nothing():
    make_entity()
    held = make_message()
    client = logged_in(Role.SALES_READ_ONLY)
    assert client.post(f"/messages/{held.pk}/cancel/").status_code == 403


def test_nothing_attached_is_said():
    assert "Nothing goes with this message" in drawer_asked(lead(), f"/messages/{make_message().pk}/files/")


def test_every_state_and_every_decision_has_words():
    assert STATES.keys() == set(MessageState)
    assert {"requeue", "confirm", "fail", "cancel"} == MOVES.keys()


def test_the_list_asks_as_often_whatever_its_length(django_assert_num_queries):
    client = lead()
    for _ in range(4):
        make_message()
    with django_assert_num_queries(8):
        client.get("/messages/")


def test_who_may_not_see_contacts_reads_mail_without_the_mailbox():
    make_entity()
    row = make_message()
    clive = logged_in(Role.CASH_APPLIER, username="clive")
    for address in ("/messages/", f"/messages/{row.pk}/", f"/messages/{row.pk}/requeue/"):
        page = clive.get(address).content.decode()
        assert "ana@karoo.example" not in page, address
    assert "a••••@karoo.example" in clive.get("/messages/").content.decode()
