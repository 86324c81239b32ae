"""Watching for fraud: rules with thresholds, and what they flagged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.payments.states import FRAUD_FLAG, FraudFlagState, FraudRuleKind


class FraudRule(models.Model):
    """When a company looks twice: more than `count_max` within `days`. The newest row of a kind is in force."""

    append_only = True

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=22, choices=FraudRuleKind.choices)
    is_on = models.BooleanField()
    count_max = models.IntegerField()
    days = models.IntegerField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_fraud_rule"
        indexes = [models.Index(fields=["legal_entity", "kind", "-id"], name="fraud_rule_newest")]
        constraints = [models.CheckConstraint(condition=Q(count_max__gte=0, days__gte=1), name="fraud_rule_counts")]
        triggers = [append_only()]


class FraudFlag(models.Model):
    """What a rule saw about an act that moves money. While it is raised or confirmed, it holds that act."""

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=80, help_text="The act that is held, such as refund_order:7.")
    kind = models.CharField(max_length=22, choices=FraudRuleKind.choices)
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=FraudFlagState.choices, default=FraudFlagState.RAISED)
    raised_by = models.CharField(max_length=80, help_text="Whose act it holds: somebody else decides.")
    raised_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, default="")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "payments_fraud_flag"
        indexes = [models.Index(fields=["legal_entity", "state", "-id"], name="fraud_flag_by_state")]
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="fraud_flag_once")]
        triggers = [state_machine(FRAUD_FLAG), not_deleted()]
