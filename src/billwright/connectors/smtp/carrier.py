"""Hands mails to an SMTP server and says exactly what became of each."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

from billwright.comms.ports import Mail, MailPostponed, MailRefused, MailUncertain

# RFC 5321 section 4.2.1: 5yz is a permanent refusal, 4yz asks to come again.
PERMANENT_FROM = 500


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where and how mail is handed over. `security` is starttls, tls or none; the time-out counts seconds."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = "starttls"
    timeout_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class SmtpCarrier:
    """Implements `comms.ports.MailCarrier`: one connection a mail, so that one bad mail cannot spoil another."""

    settings: SmtpSettings

    def send(self, mail: Mail) -> None:
        """Return when the server took the mail. Raises MailRefused, MailPostponed, MailUncertain."""
        try:
            message = _message(mail)
        except ValueError as error:
            raise MailRefused(f"The mail cannot be written: {error}") from error
        with self._connection() as server:
            try:
                refused = server.send_message(message, from_addr=mail.from_address, to_addrs=[mail.to_address])
            except smtplib.SMTPRecipientsRefused as error:
                code, text = next(iter(error.recipients.values()))
                raise _refusal(code, text) from error
            except smtplib.SMTPResponseException as error:
                raise _refusal(error.smtp_code, error.smtp_error) from error
            except (OSError, smtplib.SMTPException) as error:
                # The mail was on its way: whether the server took it, only the server knows.
                raise MailUncertain(f"The connection broke while sending: {error}") from error
            assert not refused, "one recipient is taken or refused"

    @contextlib.contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise MailPostponed(f"The mail server was not reached: {error}") from error
        try:
            yield server
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        chosen = self.settings
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if chosen.security == "tls":
            server = smtplib.SMTP_SSL(chosen.host, chosen.port, timeout=chosen.timeout_seconds, context=context)
        else:
            server = smtplib.SMTP(chosen.host, chosen.port, timeout=chosen.timeout_seconds)
        try:
            if chosen.security == "starttls":
                server.starttls(context=context)
            if chosen.user:
                server.login(chosen.user, chosen.password)
        except BaseException:
            server.close()
            raise
        return server


def _refusal(code: int, text: bytes | str) -> MailRefused | MailPostponed:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return MailRefused(f"{code} {said}") if code >= PERMANENT_FROM else MailPostponed(f"{code} {said}")


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = mail.message_id
    message["Subject"] = mail.subject
    message["From"] = mail.from_address
    message["To"] = Address(display_name=mail.to_name, addr_spec=mail.to_address)
    # RFC 3834: nobody's holiday notice should answer a bill.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    for file in mail.files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message
