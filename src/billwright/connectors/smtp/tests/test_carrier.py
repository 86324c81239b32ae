import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from billwright.comms.ports import Mail, MailFile, MailPostponed, MailRefused, MailUncertain
from billwright.connectors.smtp import SmtpCarrier, SmtpSettings

MAIL = Mail(
    message_id="<m-1@karoo.example>",
    from_address="billing@karoo.example",
    to_address="ana@example.org",
    to_name="Ana Бота",
    subject="Faktuur 1 · चालान",
    body="Beste Ana,\n\nहै\n",
    files=(MailFile("INV-1.pdf", "application/pdf", b"%PDF-1.7"),),
)


class Mailbox:
    """Keeps what it gets, or answers as told."""

    def __init__(self, answer="250 OK"):
        self.answer, self.kept = answer, []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - named by aiosmtpd
        self.kept.append(envelope)
        if self.answer is None:
            server.transport.abort()
            return "421 gone"
        return self.answer


@pytest.fixture
def server_of():
    running = []

    def start(mailbox, **options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return SmtpSettings(host="127.0.0.1", port=port, security="none", timeout_seconds=5)

    yield start
    for controller in running:
        controller.stop()


def test_a_mail_arrives_with_its_id_words_and_file(server_of):
    mailbox = Mailbox()
    SmtpCarrier(server_of(mailbox)).send(MAIL)
    got = message_from_bytes(mailbox.kept[0].content, policy=policy.default)
    assert (got["Message-ID"], got["Subject"]) == (MAIL.message_id, MAIL.subject)
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_body().get_content().replace("\r\n", "\n") == MAIL.body
    (file,) = got.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("INV-1.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("550 no such mailbox", MailRefused), ("451 come again", MailPostponed), (None, MailUncertain)],
)
def test_the_servers_answer_decides(server_of, answer, expected):
    with pytest.raises(expected):
        SmtpCarrier(server_of(Mailbox(answer))).send(MAIL)


def test_a_server_that_is_not_there_postpones():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(MailPostponed, match="not reached"):
        SmtpCarrier(SmtpSettings(host="127.0.0.1", port=port, security="none", timeout_seconds=1)).send(MAIL)


def test_a_server_without_starttls_is_not_trusted_with_the_mail(server_of):
    mailbox = Mailbox()
    chosen = server_of(mailbox)
    with pytest.raises(MailPostponed):
        SmtpCarrier(SmtpSettings(host=chosen.host, port=chosen.port, security="starttls", timeout_seconds=5)).send(MAIL)
    assert mailbox.kept == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_postpones_and_says_so(server_of):
    chosen = server_of(
        Mailbox(),
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
        auth_required=True,
    )
    settings = SmtpSettings(
        host=chosen.host, port=chosen.port, user="karoo", password="wrong", security="none", timeout_seconds=5
    )
    with pytest.raises(MailPostponed, match="535"):
        SmtpCarrier(settings).send(MAIL)


def test_an_impossible_mail_is_refused_before_anybody_is_asked():
    impossible = Mail("<m@x>", "billing@karoo.example", "ana@example.org", "Ana", "two\nlines", "body")
    with pytest.raises(MailRefused, match="cannot be written"):
        SmtpCarrier(SmtpSettings(host="127.0.0.1", port=1, security="none")).send(impossible)
