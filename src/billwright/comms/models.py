"""Tables of messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.comms.states import MESSAGE, Channel, MessageState
from billwright.kernel.triggers import append_only, not_deleted, state_machine


class MessageTemplate(models.Model):
    """The words of a message in one language, by version. The newest version of a code and language is used."""

    append_only = True

    code = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.EMAIL)
    version = models.SmallIntegerField()
    subject = models.CharField(max_length=200, default="")
    body = models.TextField()
    written_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "comms_message_template"
        constraints = [
            models.UniqueConstraint(fields=["code", "language", "channel", "version"], name="template_version_once")
        ]
        triggers = [append_only()]


class OutgoingMessage(models.Model):
    """One message to one address. `about` and `account_ref` are opaque keys; `effect_key` lets it be queued once."""

    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.EMAIL)
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.QUEUED)
    purpose = models.CharField(max_length=60, help_text="The template's code.")
    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, null=True, related_name="+")
    to_address = models.CharField(max_length=254)
    to_name = models.CharField(max_length=200, default="")
    from_address = models.CharField(max_length=254, default="")
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=300, default="")
    body = models.TextField()
    about = models.CharField(max_length=120, default="")
    account_ref = models.BigIntegerField(null=True)
    effect_key = models.CharField(max_length=200, null=True, unique=True)
    message_id = models.CharField(max_length=200, default="")
    requested_by = models.CharField(max_length=80)
    queued_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempt_count = models.SmallIntegerField(default=0)
    failure = models.TextField(default="")

    class Meta:
        db_table = "comms_outgoing_message"
        indexes = [
            models.Index(fields=["id"], condition=Q(state="QUEUED"), name="message_waiting"),
            # Few are not sent: the counts and lists of these.
            models.Index(fields=["state", "-id"], condition=~Q(state="SENT"), name="message_not_sent"),
            models.Index(fields=["account_ref", "-id"], name="message_by_account"),
            models.Index(fields=["about", "-id"], name="message_about"),
        ]
        triggers = [state_machine(MESSAGE), not_deleted()]


class Attachment(models.Model):
    """A file that goes with a message, under a name. `file_id` is the opaque key of a stored file."""

    message = models.ForeignKey(OutgoingMessage, on_delete=models.PROTECT, related_name="attachments")
    file_id = models.BigIntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        db_table = "comms_attachment"
