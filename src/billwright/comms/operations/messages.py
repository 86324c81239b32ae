"""Queuing messages, and the verbs of a person over one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.comms import ports, templates
from billwright.comms.models import OutgoingMessage
from billwright.comms.policies import is_address, one_line
from billwright.comms.queries import MessageRow, message_row, not_found
from billwright.comms.states import MESSAGE
from billwright.comms.templates import TemplateRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import assert_in_transaction, lock_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A mail to be queued. `effect_key` lets it be queued once; none: as often as it is asked for."""

    purpose: str
    to_address: str
    language: str
    values: Mapping[str, str]
    to_name: str = ""
    from_address: str = ""
    about: str = ""
    account_ref: int | None = None
    effect_key: str | None = None


def queue_messages(*, act: Act, messages: Sequence[NewMessage]) -> int:
    """Queue mails in a fixed number of statements per purpose; returns how many are new.

    Not a verb: part of the act that has something to say. Those whose effect key is known are passed over. Raises
    Refusal `message.address`.
    """
    assert_in_transaction()
    present = {purpose: templates.present_templates(purpose) for purpose in {message.purpose for message in messages}}
    keys = [message.effect_key for message in messages if message.effect_key]
    known = set(OutgoingMessage.objects.filter(effect_key__in=keys).values_list("effect_key", flat=True))
    rows = [
        _row(message, templates.words_for(present[message.purpose], message.language), act=act)
        for message in messages
        if message.effect_key is None or message.effect_key not in known
    ]
    OutgoingMessage.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return len(rows)


def _row(message: NewMessage, words: TemplateRow, *, act: Act) -> OutgoingMessage:
    if not is_address(message.to_address):
        raise Refusal(
            "message.address", _("%(address)s is no mail address.") % {"address": message.to_address},
            field="to_address",
        )  # fmt: skip
    subject, body = words.filled(message.values)
    return OutgoingMessage(
        purpose=message.purpose,
        template_id=words.template_id,
        to_address=message.to_address,
        to_name=one_line(message.to_name)[:200],
        from_address=message.from_address or ports.from_address(),
        language=words.language,
        subject=subject,
        body=body,
        about=message.about,
        account_ref=message.account_ref,
        effect_key=message.effect_key,
        requested_by=act.actor,
        queued_at=act.at,
    )


def _subject(arguments: Mapping[str, object], _answer: object) -> str:
    return f"message:{arguments['message_id']}"


def _move(message_id: int, verb_name: str, *, failure: str | None = None, **changes: object) -> MessageRow:
    locked = lock_rows(OutgoingMessage, [message_id])
    if not locked:
        raise not_found()
    (message,) = locked
    before = message.state
    message.state = MESSAGE.enter(verb_name, message.state)
    if failure is not None:
        message.failure = failure
    for field, value in changes.items():
        setattr(message, field, value)
    message.save(update_fields=["state", "failure", *changes])
    note_change(before={"state": before}, after={"state": message.state})
    return message_row(message)


@verb("message.requeue", subject=_subject)
def requeue_message(*, act: Act, message_id: int) -> MessageRow:
    """Send again what failed or is unknown; it keeps its Message-ID, so that a mailbox may see it is the same."""
    return _move(message_id, "requeue", attempt_count=0, claimed_at=None)


@verb("message.cancel", subject=_subject)
def cancel_message(*, act: Act, message_id: int) -> MessageRow:
    """Take a message back before it was sent. Raises NotFound, IllegalTransition."""
    return _move(message_id, "cancel")


@verb("message.confirm", subject=_subject)
def confirm_message(*, act: Act, message_id: int) -> MessageRow:
    """A person found that an unknown message did arrive. Raises NotFound, IllegalTransition, Refusal."""
    _require_reason(act)
    return _move(message_id, "confirm", sent_at=act.at)


@verb("message.fail", subject=_subject)
def fail_message(*, act: Act, message_id: int) -> MessageRow:
    """A person found that an unknown message never arrived. Raises NotFound, IllegalTransition, Refusal."""
    _require_reason(act)
    return _move(message_id, "fail", failure=act.reason)


def _require_reason(act: Act) -> None:
    act.require_reason("message.reason", _("Say how you know."))


@verb("mail.send_test", subject=lambda _arguments, _answer: "mail:test")
def send_test_mail(*, act: Act, to_address: str, language: str, seller: str) -> int:
    """Queue a test mail, as the set-up page does. Raises Refusal `message.address`."""
    message = NewMessage(purpose="mail.test", to_address=to_address, language=language, values={"seller": seller})
    return queue_messages(act=act, messages=[message])
