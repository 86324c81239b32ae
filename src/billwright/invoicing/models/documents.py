"""Tables of documents. Amounts are signed as the customer owes them: a credit note's are negative."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from billwright.invoicing.states import INVOICE, InvoiceState, LineKind, Origin
from billwright.kernel.triggers import FROZEN_STATE, append_only, not_deleted, state_machine
from billwright.org.states import DocumentKind

_FROZEN = f"""
    if old.state <> 'DRAFT' then
        raise exception 'document % is issued: it is only credited or debited by another document', old.number
            using errcode = '{FROZEN_STATE}';
    end if;
    return new;
"""

_LINES_FROZEN = f"""
    if exists (select 1 from invoicing_invoice as i where i.id = old.invoice_id and i.state <> 'DRAFT') then
        raise exception 'document % is issued: its lines are frozen', old.invoice_id using errcode = '{FROZEN_STATE}';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
"""

# Run by EXECUTE, so that it is planned for the rows at hand and not as for the first insert of a session.
_NO_LATE_LINES = f"""
    execute $check$
        select n.invoice_id
          from (select distinct invoice_id from new_rows) as n
          join invoicing_invoice as i on i.id = n.invoice_id
         where i.state <> 'DRAFT'
         limit 1
    $check$ into refused;
    if refused.invoice_id is not null then
        raise exception 'document % is issued: it takes no further lines', refused.invoice_id
            using errcode = '{FROZEN_STATE}';
    end if;
    return null;
"""


def _frozen_with_its_document() -> list[pgtrigger.Trigger]:
    """Lines and taxes come before their document is issued (a run writes them first) and never change after."""
    return [
        pgtrigger.Trigger(
            name="frozen", when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete, func=_LINES_FROZEN
        ),
        pgtrigger.Trigger(
            name="not_late",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),
            declare=[("refused", "record")],
            func=_NO_LATE_LINES,
        ),
    ]


class PartySnapshot(models.Model):
    """Names, address and tax numbers of a party as they stood on documents; one row per change, shared by documents."""

    append_only = True

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, null=True, related_name="+")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.UUIDField()
    party = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_party_snapshot"
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="account_snapshot_once"),
            models.UniqueConstraint(
                fields=["legal_entity", "digest"], condition=Q(account=None), name="entity_snapshot_once"
            ),
        ]
        triggers = [append_only()]


class Invoice(models.Model):
    """An invoice, credit note or debit note. Frozen from ISSUED on.

    `account` is the payer. `entry_id` is its journal entry. `corrects` is the document that a credit note or debit
    note refers to. A run's documents are unique by (run_id, account, split_key).
    """

    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    state = models.CharField(max_length=9, choices=InvoiceState.choices, default=InvoiceState.DRAFT)
    origin = models.CharField(max_length=6, choices=Origin.choices)
    legal_entity = models.ForeignKey(
        "org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    series = models.ForeignKey(
        "org.DocumentSeries", on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    series_no = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40, default="", help_text="As printed; empty while a draft.")
    currency = models.CharField(max_length=3)
    document_date = models.DateField()
    due_date = models.DateField()
    payment_parts = models.JSONField(
        null=True,
        help_text="Where it is due in parts: as org.terms stores them. due_date is the last day.",
    )
    accounting_date = models.DateField()
    net_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    withheld_minor = models.BigIntegerField(default=0, db_default=0, help_text="Withheld taxes, taken off the total.")
    entry_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    split_key = models.CharField(max_length=80, default="")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections", db_index=False
    )
    reason_code = models.CharField(max_length=40, default="")
    reason = models.CharField(max_length=200, default="")
    purchase_order = models.CharField(max_length=60, default="")
    cost_center = models.CharField(max_length=60, default="")
    language = models.CharField(max_length=8, default="en")
    place_of_supply = models.CharField(max_length=40, default="")
    seller = models.ForeignKey(
        PartySnapshot, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    buyer = models.ForeignKey(
        PartySnapshot, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    text = models.TextField(default="")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=80, default="")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "invoicing_invoice"
        indexes = [
            models.Index(fields=["account", "-document_date", "-id"], name="invoice_by_account"),
            models.Index(fields=["number"], name="invoice_by_number"),
            models.Index(fields=["corrects"], name="invoice_corrections", condition=Q(corrects__isnull=False)),
            # What lists look for among the many that are neither.
            models.Index(fields=["state", "-id"], name="document_not_issued", condition=~Q(state="ISSUED")),
            models.Index(fields=["kind", "-id"], name="document_not_invoice", condition=~Q(kind="INVOICE")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["legal_entity", "kind", "number"],
                condition=~Q(number=""),
                name="document_number_once",
            ),
            models.UniqueConstraint(
                fields=["run_id", "account", "split_key"], condition=Q(run_id__isnull=False), name="run_document_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="ISSUED") | (~Q(number="") & Q(entry_id__isnull=False)),
                name="issued_means_numbered_and_posted",
            ),
        ]
        triggers = [
            state_machine(INVOICE),
            not_deleted(),
            pgtrigger.Trigger(name="frozen", when=pgtrigger.Before, operation=pgtrigger.Update, func=_FROZEN),
        ]


class InvoiceLine(models.Model):
    """One line with everything its amount follows from (docs/decisions: the derivation is typed columns).

    `account_id` is the consumer's account. Service runs [service_from, service_to). `formula` is a number of
    `rating.formulas`. `amount` is before discount, `net` = amount - discount, without tax.
    """

    pk = models.CompositePrimaryKey("invoice_id", "line_no")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line_no = models.IntegerField()
    account_id = models.BigIntegerField()
    item_id = models.BigIntegerField(null=True)
    charge_id = models.BigIntegerField(null=True, help_text="The pending charge that it bills.")
    kind = models.CharField(max_length=14, choices=LineKind.choices)
    text = models.CharField(max_length=300)
    service_from = models.DateField()
    service_to = models.DateField()
    claim_no = models.IntegerField(default=0)
    price_id = models.BigIntegerField(null=True)
    formula = models.SmallIntegerField()
    quantity = models.DecimalField(max_digits=30, decimal_places=12)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    days = models.IntegerField(null=True, help_text="Of service; seconds where the convention counts them.")
    base_days = models.IntegerField(null=True, help_text="Of the period.")
    period_from = models.DateField(null=True, help_text="The period it lies in, where that differs from its service.")
    period_to = models.DateField(null=True)
    billed_quantity = models.DecimalField(
        max_digits=30, decimal_places=12, null=True, help_text="After included units and started steps."
    )
    exact_amount = models.DecimalField(
        max_digits=38, decimal_places=12, null=True, help_text="Net before rounding, where only the document rounds."
    )
    exact_discount = models.DecimalField(
        max_digits=38,
        decimal_places=12,
        null=True,
        help_text="Before rounding, where only the document rounds.",
    )
    gross_minor = models.BigIntegerField(null=True, help_text="Amount with its tax, where prices include tax.")
    gross_discount_minor = models.BigIntegerField(null=True, help_text="With its tax, where prices include tax.")
    share_percent = models.DecimalField(
        max_digits=9, decimal_places=6, null=True, help_text="Of its price, while paused; none: all."
    )
    rounding = models.CharField(max_length=14, null=True, help_text="Where it is not line_half_up.")
    subscription_id = models.BigIntegerField(null=True, help_text="Where it bills no single item of it.")
    amount_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()
    tax_code = models.CharField(max_length=20, default="")
    tax_percent = models.DecimalField(max_digits=9, decimal_places=6, default=0)
    tax_minor = models.BigIntegerField(default=0)
    tax_point = models.DateField()
    revenue_account_id = models.BigIntegerField(help_text="Ledger account that the net was posted to.")
    deferred = models.BooleanField(default=False)
    clause = models.CharField(max_length=80, default="")
    usage_count = models.IntegerField(default=0)
    usage_digest = models.UUIDField(null=True)
    credits_invoice_id = models.BigIntegerField(null=True)
    credits_line_no = models.IntegerField(null=True)
    cost_center = models.CharField(max_length=60, default="")
    purchase_order = models.CharField(max_length=60, default="", db_default="")
    product_code = models.CharField(max_length=40, default="")
    spend_limit_id = models.BigIntegerField(null=True, help_text="The commitment that it tops up to.")

    class Meta:
        db_table = "invoicing_invoice_line"
        # Few lines are deferred: what recognition asks for.
        indexes = [models.Index(fields=["invoice", "line_no"], condition=Q(deferred=True), name="line_deferred")]
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "item_id", "service_from", "kind", "claim_no"],
                condition=Q(item_id__isnull=False),
                name="line_billed_once",
            ),
            models.UniqueConstraint(
                fields=["charge_id"], condition=Q(charge_id__isnull=False), name="pending_charge_billed_once"
            ),
        ]
        triggers = _frozen_with_its_document()


class InvoiceTax(models.Model):
    """Tax of a document per code and component: the rate once on the sum of its lines."""

    pk = models.CompositePrimaryKey("invoice_id", "tax_code", "component")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="taxes", db_index=False, db_constraint=False
    )
    tax_code = models.CharField(max_length=20)
    component = models.CharField(max_length=20)
    percent = models.DecimalField(max_digits=9, decimal_places=6)
    net_minor = models.BigIntegerField(help_text="What it is reckoned on.")
    tax_minor = models.BigIntegerField()
    withheld = models.BooleanField(default=False, db_default=False, help_text="Taken off the total.")

    class Meta:
        db_table = "invoicing_invoice_tax"
        triggers = _frozen_with_its_document()


class LinePart(models.Model):
    """One tier, band or property value of a line: what it counted and what that came to, not rounded.

    Amounts and prices in major units. `amount` is before proration and discount.
    """

    pk = models.CompositePrimaryKey("invoice_id", "line_no", "part_no")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="parts", db_index=False, db_constraint=False
    )
    line_no = models.IntegerField()
    part_no = models.IntegerField()
    label = models.CharField(max_length=80, default="")
    quantity = models.DecimalField(max_digits=30, decimal_places=12)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    flat = models.DecimalField(max_digits=30, decimal_places=12, default=0)
    percent = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    package_size = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    amount = models.DecimalField(max_digits=50, decimal_places=18)

    class Meta:
        db_table = "invoicing_line_part"
        triggers = _frozen_with_its_document()


class LineDiscount(models.Model):
    """One discount on a line, in the order in which they were taken; `discount_id` none: what a maximum takes off."""

    pk = models.CompositePrimaryKey("invoice_id", "line_no", "place")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="line_discounts", db_index=False, db_constraint=False
    )
    line_no = models.IntegerField()
    place = models.SmallIntegerField()
    discount_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=120, default="")
    percent = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    amount_minor = models.BigIntegerField()
    period_from = models.DateField(null=True, help_text="Which period of the charge it counts for.")

    class Meta:
        db_table = "invoicing_line_discount"
        indexes = [models.Index(fields=["discount_id"], name="line_discount_by_discount")]
        triggers = _frozen_with_its_document()


class DocumentSeal(models.Model):
    """What an issued document's lines, parts, discounts and taxes said when it was issued, in one digest.

    Taken in the transaction that issues it and never changed, so that a figure altered behind the product's back is
    noticed by `billwright verify`. `version` names the list of columns (rating.seals).
    """

    append_only = True

    invoice = models.OneToOneField(
        Invoice, on_delete=models.PROTECT, primary_key=True, related_name="seal", db_constraint=False
    )
    version = models.SmallIntegerField(default=1)
    digest = models.BinaryField(help_text="SHA-256.")

    class Meta:
        db_table = "invoicing_document_seal"
        triggers = [append_only()]
