"""Tables of subscriptions, the calendar of billing periods, and the billing marks."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from billwright.catalog.states import IntervalUnit
from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.subscriptions.states import SUBSCRIPTION, ChangeKind, ContractKind, SubscriptionState


class BillingGrid(models.Model):
    """A grid of billing periods: every `interval_count` months on `anchor_day`, or every so many days.

    `phase` is the month index (year x 12 + month - 1) or day number (since 1970-01-01) of a period's start, modulo
    the interval. Month ends are clipped once, here, as data: a period starts on the anchor day or the month's last.
    """

    interval_unit = models.CharField(max_length=6, choices=IntervalUnit.choices)
    interval_count = models.SmallIntegerField()
    anchor_day = models.SmallIntegerField(default=1)
    phase = models.SmallIntegerField(default=0)
    filled_until = models.DateField(help_text="Periods exist for every day before this one.")

    class Meta:
        db_table = "subscriptions_billing_grid"
        constraints = [
            models.UniqueConstraint(
                fields=["interval_unit", "interval_count", "anchor_day", "phase"], name="billing_grid_once"
            )
        ]


class GridPeriod(models.Model):
    """One period of a grid, with its length in days."""

    pk = models.CompositePrimaryKey("grid_id", "starts_on")
    grid = models.ForeignKey(BillingGrid, on_delete=models.PROTECT, related_name="periods", db_index=False)
    starts_on = models.DateField()
    ends_before = models.DateField()
    day_count = models.SmallIntegerField()

    class Meta:
        db_table = "subscriptions_grid_period"
        constraints = [
            models.CheckConstraint(condition=Q(ends_before__gt=F("starts_on")), name="grid_period_not_empty")
        ]


class Contract(models.Model):
    """An agreement with a customer, as signed: its documents are files, its clauses bind billing parameters."""

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(
        max_length=9, choices=ContractKind.choices, default=ContractKind.CONTRACT, db_default=ContractKind.CONTRACT
    )
    title = models.CharField(max_length=200)
    signed_on = models.DateField(null=True)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_contract"
        triggers = [not_deleted()]


class ContractVersion(models.Model):
    """One wording of a contract, with the stored document that carries it. Append-only: an amendment is a new one."""

    append_only = True

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    version_no = models.SmallIntegerField()
    valid_from = models.DateField()
    file_id = models.BigIntegerField(null=True, help_text="The stored document.")
    reason = models.CharField(max_length=200, default="")
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_contract_version"
        constraints = [models.UniqueConstraint(fields=["contract", "version_no"], name="contract_version_once")]
        triggers = [append_only()]


class ContractClause(models.Model):
    """A clause and the billing parameter that it sets; `parameter` empty: not machine-checked."""

    append_only = True

    contract_version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(max_length=20)
    text = models.TextField()
    parameter = models.CharField(max_length=60, default="", help_text="Such as price, quantity, notice_days.")
    charge_code = models.CharField(max_length=40, default="")
    value = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "subscriptions_contract_clause"
        constraints = [models.UniqueConstraint(fields=["contract_version", "number"], name="clause_number_once")]
        triggers = [append_only()]


class Subscription(models.Model):
    """One customer's running agreement on a plan. Money follows from its items, not from this row."""

    number = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey("catalog.Plan", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=SubscriptionState.choices, default=SubscriptionState.PENDING)
    quantity = models.DecimalField(max_digits=24, decimal_places=6)
    description = models.CharField(max_length=200, default="", help_text="Printed on lines: a domain, a phone number.")
    reference = models.CharField(max_length=80, default="")
    purchase_order = models.CharField(
        max_length=60, default="", db_default="", help_text="Of its lines, instead of its account's."
    )
    cost_center = models.CharField(
        max_length=60, default="", db_default="", help_text="Of its lines, instead of its account's."
    )
    ordered_on = models.DateField()
    starts_on = models.DateField(null=True, help_text="First day of service: set by the activation.")
    ends_before = models.DateField(null=True)
    started_at = models.DateTimeField(null=True, help_text="The instant of its start, where seconds are counted.")
    trial_until = models.DateField(null=True, help_text="Recurring charges are free before this day.")
    cycle_day = models.SmallIntegerField(null=True, help_text="Agreed at its start, instead of its account's.")
    cycle_from = models.DateField(null=True, help_text="Agreed at its start: a day that its periods run through.")
    billed_to = models.DateField(null=True, help_text="Billed elsewhere before this day.")
    addon_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="addons")
    contract = models.ForeignKey(
        "subscriptions.Contract", on_delete=models.PROTECT, null=True, related_name="subscriptions"
    )
    term_months = models.SmallIntegerField(default=0, db_default=0, help_text="Minimum term; 0: none.")
    notice_days = models.SmallIntegerField(default=0, db_default=0)
    term_ends = models.DateField(null=True, help_text="The present term ends before this day.")
    renews = models.BooleanField(default=True, db_default=True, help_text="A new term begins where the last one ends.")
    pause_percent = models.DecimalField(
        max_digits=9, decimal_places=6, default=0, db_default=0, help_text="Of recurring charges, while it is paused."
    )
    cancel_reason = models.CharField(max_length=200, default="", db_default="")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_subscription"
        indexes = [
            models.Index(fields=["account", "id"], name="subscription_by_account"),
            models.Index(fields=["reference"], name="subscription_by_reference", condition=~Q(reference="")),
            # How many run on each plan.
            models.Index(fields=["plan"], name="subscription_in_service", condition=Q(state__in=["ACTIVE", "ENDING"])),
            # Few have references of their own: a bill run asks for those alone.
            models.Index(
                fields=["account"],
                name="subscription_with_references",
                condition=~Q(purchase_order="", cost_center=""),
            ),
            # The beginning of a number or description in any case, as the search asks for it.
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="subscription_by_number_typed"),
            models.Index(OpClass(Upper("description"), "text_pattern_ops"), name="subscription_by_description"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before=None) | Q(starts_on=None) | Q(ends_before__gte=F("starts_on")),
                name="subscription_ends_after_its_start",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="subscription_quantity_is_positive"),
        ]
        triggers = [state_machine(SUBSCRIPTION), not_deleted()]


class SubscriptionChange(models.Model):
    """What is agreed of a subscription from a day on. Its items follow from these rows; a row is only ever withdrawn.

    A subscription without rows runs as its own row says; the first change records that as its START.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=9, choices=ChangeKind.choices)
    effective_from = models.DateField()
    effective_at = models.DateTimeField(null=True, help_text="The instant, where seconds are counted.")
    plan = models.ForeignKey("catalog.Plan", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    quantity = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    pause_percent = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    cycle_day = models.SmallIntegerField(null=True)
    charge_days = models.JSONField(
        null=True, help_text="{plan charge: day}: where each takes the cycle day, or ends though it is forfeited."
    )
    unused = models.CharField(max_length=7, default="", help_text="Of a cancellation: credit, refund or forfeit.")
    reason = models.CharField(max_length=200, default="")
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    in_force = models.BooleanField(default=False, help_text="Its day has come, and the subscription's row shows it.")
    refunded_at = models.DateTimeField(null=True, help_text="What was paid for the unused time was paid back.")
    withdrawn_by = models.CharField(max_length=80, default="")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_change"
        indexes = [
            models.Index(fields=["subscription", "id"], name="subscription_change_by_subject"),
            models.Index(
                fields=["effective_from"],
                name="subscription_change_due",
                condition=Q(in_force=False, withdrawn_at=None),
            ),
        ]
        triggers = [not_deleted()]


class SubscriptionItem(models.Model):
    """One charge of a subscription at one price version and quantity, within [effective_from, effective_to).

    Immutable but for `effective_to`: a change ends one item and starts another (docs/decisions). `account_id` is
    the consumer's account, `payer_id` the account that gets the invoice.
    """

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    payer = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="items")
    plan_charge = models.ForeignKey("catalog.PlanCharge", on_delete=models.PROTECT, related_name="+", db_index=False)
    price = models.ForeignKey("catalog.Price", on_delete=models.PROTECT, related_name="+", db_index=False)
    grid = models.ForeignKey(BillingGrid, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    quantity = models.DecimalField(max_digits=24, decimal_places=6)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    free_until = models.DateField(null=True, help_text="Days before this one are a trial and cost nothing.")
    from_seconds = models.IntegerField(
        default=0, db_default=0, help_text="It begins so long after `effective_from` begins."
    )
    to_seconds = models.IntegerField(default=0, db_default=0, help_text="It ends so long before `effective_to` begins.")
    share_percent = models.DecimalField(
        max_digits=9, decimal_places=6, default=100, db_default=100, help_text="Of its price: less while paused."
    )
    clause = models.CharField(
        max_length=80, default="", db_default="", help_text="Contract, version and clause that set it."
    )

    class Meta:
        db_table = "subscriptions_item"
        indexes = [
            models.Index(fields=["payer", "id"], name="subscription_item_by_payer"),
            models.Index(fields=["account", "id"], name="subscription_item_by_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="item_ends_after_its_start",
            ),
        ]
        triggers = [not_deleted()]


class BillingMark(models.Model):
    """How far an item is billed: the narrow, changing half of an item.

    `claim_no` counts how often the mark was moved, and is part of the line key. `run_id` is the run that moved it.
    Its table keeps room in every page, so that moving a mark is an update in place.
    """

    pk = models.CompositePrimaryKey("payer_id", "item_id")
    payer_id = models.BigIntegerField()
    item = models.OneToOneField(SubscriptionItem, on_delete=models.PROTECT, related_name="mark", db_constraint=False)
    billed_through = models.DateField(help_text="Billed for every day before this one.")
    closed_through = models.DateField(
        null=True, help_text="Held against its minimums for every day before this one; none: for no day yet."
    )
    claim_no = models.IntegerField(default=0)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "subscriptions_billing_mark"
        triggers = [not_deleted()]


class BillingHold(models.Model):
    """Do not bill this account or subscription for now. What is held waits; it is not lost."""

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="billing_holds")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, null=True, related_name="billing_holds")
    reason = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    placed_by = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    released_by = models.CharField(max_length=80, default="")
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_billing_hold"
        indexes = [models.Index(fields=["account"], name="billing_hold_by_account", condition=Q(released_at=None))]
