"""Three technical tables, and no noun of the business."""

from __future__ import annotations

from django.db import models

from billwright.kernel.triggers import append_only


class IdempotencyKey(models.Model):
    """A key that a caller sent with a verb, the hash of what it asked for, and the answer it got."""

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    input_digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_idempotency_key"
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once_per_scope")]


class OutboxEvent(models.Model):
    """Something that happened, written in the same transaction, delivered after the commit."""

    topic = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    attempt_count = models.SmallIntegerField(default=0)
    failure = models.TextField(default="")

    class Meta:
        db_table = "kernel_outbox_event"
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(delivered_at=None)),
            models.Index(fields=["subject", "id"], name="outbox_by_subject"),
        ]


class AuditEvent(models.Model):
    """Who did what to whom, when and why. Append-only.

    `actor` and `subject` are opaque keys (`user:7`, `invoice:42`). `sealed` holds the personal part of the change,
    encrypted under the key of `sealed_for`: destroying that key erases it and leaves the row.
    """

    append_only = True

    verb = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    on_behalf_of = models.CharField(max_length=80, default="")
    subject = models.CharField(max_length=120)
    reason = models.TextField(default="")
    key = models.CharField(max_length=255, default="")
    effective_on = models.DateField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    sealed = models.BinaryField(null=True)
    sealed_for = models.CharField(max_length=80, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_audit_event"
        indexes = [
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["verb", "-id"], name="audit_by_verb"),
        ]
        triggers = [append_only()]
