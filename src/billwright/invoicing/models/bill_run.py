"""Tables of bill runs: what was prepared, what was found, what was decided, what was issued."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.invoicing.states import BILL_RUN, PayerOutcome, RunState, Severity
from billwright.kernel.triggers import not_deleted, state_machine


class BillRun(models.Model):
    """One execution of billing for a cut-off date, over all entities or one, over all payers or a few.

    The journey is prepare (reads only) -> check -> approve -> issue (shard by shard). `as_of` decides what is due;
    `document_date` stands on the documents.
    """

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    as_of = models.DateField(help_text="The civil date of every account.")
    cut_off_at = models.DateTimeField(null=True, help_text="If given: each account's own civil date at this instant.")
    document_date = models.DateField()
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.DRAFT)
    payer_ids = models.JSONField(null=True, help_text="None: every payer.")
    keep_lines = models.BooleanField(default=False, help_text="Keep draft lines for review.")
    interim = models.BooleanField(default=False, db_default=False, help_text="Usage so far too.")
    subscription_id = models.BigIntegerField(
        null=True,
        help_text="A credit and rebill: only this subscription, what was not owed on credit notes of its own.",
    )
    description = models.CharField(max_length=200, default="")
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=80, default="")
    prepared_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=80, default="")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, default="")
    approved_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    preparation = models.IntegerField(default=0, help_text="Counts preparations: findings belong to the last.")

    class Meta:
        db_table = "invoicing_bill_run"
        indexes = [models.Index(fields=["-as_of", "-id"], name="bill_run_by_date")]
        triggers = [state_machine(BILL_RUN), not_deleted()]


class BillRunShard(models.Model):
    """A range of payers issued in one transaction: the work queue of the run. A crash rolls back to here."""

    pk = models.CompositePrimaryKey("run_id", "shard_no")
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="shards", db_index=False)
    shard_no = models.IntegerField()
    payer_from = models.BigIntegerField()
    payer_before = models.BigIntegerField()
    prepared_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    invoice_count = models.IntegerField(default=0)
    line_count = models.IntegerField(default=0)
    seconds = models.DecimalField(max_digits=12, decimal_places=3, default=0)

    class Meta:
        db_table = "invoicing_bill_run_shard"


class BillRunPayer(models.Model):
    """What a run prepared for one payer, and what became of it. The digest covers every draft line."""

    pk = models.CompositePrimaryKey("run_id", "payer_id")
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="payers", db_index=False)
    payer_id = models.BigIntegerField()
    legal_entity_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    line_count = models.IntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    digest = models.UUIDField()
    outcome = models.CharField(max_length=8, choices=PayerOutcome.choices, default=PayerOutcome.PREPARED)
    hold_reason = models.CharField(max_length=200, default="")
    decided_by = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "invoicing_bill_run_payer"
        indexes = [models.Index(fields=["payer_id", "run"], name="run_payer_by_payer")]


class BillRunTotal(models.Model):
    """Control totals of a run per entity and currency, prepared and issued."""

    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="totals")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    stage = models.CharField(max_length=8, help_text="PREPARED or ISSUED")
    document_count = models.IntegerField()
    line_count = models.IntegerField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()

    class Meta:
        db_table = "invoicing_bill_run_total"
        constraints = [
            models.UniqueConstraint(fields=["run", "legal_entity", "currency", "stage"], name="run_total_once")
        ]


class BillRunFinding(models.Model):
    """Something a check of the run noticed about a payer; a blocking one keeps the payer out until it is cured."""

    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="findings")
    payer_id = models.BigIntegerField()
    item_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=7, choices=Severity.choices)
    facts = models.JSONField(default=dict)
    cleared_by = models.CharField(max_length=80, default="")
    cleared_at = models.DateTimeField(null=True)
    clearance = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "invoicing_bill_run_finding"
        indexes = [
            models.Index(fields=["run", "id"], name="open_findings_by_run", condition=Q(cleared_at=None)),
            models.Index(fields=["payer_id", "-id"], name="findings_by_payer"),
        ]


class BillRunDraftLine(models.Model):
    """A draft line kept for review, if asked. The table is unlogged: after a crash the run is prepared again."""

    run_id = models.BigIntegerField()
    payer_id = models.BigIntegerField()
    line_no = models.IntegerField()
    account_id = models.BigIntegerField()
    item_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    text = models.CharField(max_length=300)
    service_from = models.DateField()
    service_to = models.DateField()
    quantity = models.DecimalField(max_digits=30, decimal_places=12)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    days = models.IntegerField(null=True)
    base_days = models.IntegerField(null=True)
    amount_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    tax_code = models.CharField(max_length=20)
    tax_percent = models.DecimalField(max_digits=9, decimal_places=6)
    tax_minor = models.BigIntegerField()

    class Meta:
        db_table = "invoicing_bill_run_draft_line"
        indexes = [models.Index(fields=["run_id", "payer_id", "line_no"], name="draft_lines_by_payer")]
