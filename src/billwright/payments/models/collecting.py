"""Tables of collecting: stored methods, mandates, what was agreed with banks, runs and their debits."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.payments.models.receipts import Payment
from billwright.payments.rules import CodeMeaning as CodeKind
from billwright.payments.states import (
    CARDS,
    COLLECTION,
    COLLECTION_RUN,
    MANDATE,
    STORED_METHOD,
    BankDetailsKind,
    CollectionFindingKind,
    CollectionRunState,
    CollectionState,
    FailurePlan,
    MandateFrequency,
    MandateState,
    PaymentMethod,
    StoredMethodState,
)


class StoredMethod(models.Model):
    """A means of paying that an account has left with us: a bank account, or a gateway's token.

    `sealed` holds the bank details or the token, encrypted under the customer's key; `label` is what people may see
    of it. `fingerprint` is a keyed hash of the same details, so that the same account is known when it comes twice.
    `rank` is the order in which methods are tried: the lowest first.
    """

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=PaymentMethod.choices)
    provider = models.CharField(max_length=40, default="", help_text="The gateway's name; empty: a bank account.")
    details_kind = models.CharField(max_length=4, choices=BankDetailsKind.choices, default="")
    sealed = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    label = models.CharField(max_length=80)
    holder = models.CharField(max_length=140)
    currency = models.CharField(max_length=3)
    rank = models.SmallIntegerField(default=1)
    pay_day = models.SmallIntegerField(null=True, help_text="The day of the month on which the payer is paid.")
    valid_from = models.DateField()
    expires_on = models.DateField(null=True, help_text="The last day on which it may be used.")
    warned_at = models.DateTimeField(null=True)
    bank_change = models.CharField(max_length=10, default="", help_text="Code of a change by a bank, until looked at.")
    state = models.CharField(max_length=9, choices=StoredMethodState.choices, default=StoredMethodState.CREATED)
    state_reason = models.CharField(max_length=200, default="")
    changed_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_stored_method"
        indexes = [
            models.Index(fields=["account", "rank", "id"], name="stored_method_by_account"),
            models.Index(fields=["fingerprint"], name="stored_method_by_fingerprint"),
            models.Index(
                fields=["expires_on"],
                condition=Q(state__in=["CREATED", "ACTIVE", "SUSPENDED"], expires_on__isnull=False),
                name="stored_method_expiring",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "fingerprint"],
                condition=Q(state__in=["CREATED", "ACTIVE", "SUSPENDED"]),
                name="stored_method_once_alive",
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="stored_method_rank_from_one"),
            models.CheckConstraint(
                condition=Q(pay_day=None) | Q(pay_day__gte=1, pay_day__lte=31), name="stored_method_pay_day"
            ),
        ]
        triggers = [state_machine(STORED_METHOD), not_deleted()]


class Mandate(models.Model):
    """The customer's standing permission to collect from one stored bank account by one scheme.

    The reference is ours, and is never used a second time by the company in that scheme, whatever became of the
    mandate. `collection_day` is the day of the month that the mandate names, where it names one.
    """

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    stored_method = models.ForeignKey(StoredMethod, on_delete=models.PROTECT, related_name="mandates")
    scheme = models.CharField(max_length=20, help_text="The name of its rules, such as sepa-core.")
    reference = models.CharField(max_length=35)
    signed_on = models.DateField()
    authenticated_on = models.DateField(null=True)
    authenticated_how = models.CharField(max_length=60, default="")
    bank_reference = models.CharField(max_length=40, default="", help_text="Given by the bank, such as a UMRN.")
    currency = models.CharField(max_length=3)
    limit_minor = models.BigIntegerField(null=True, help_text="The most in one debit; none: no limit.")
    category = models.CharField(max_length=20, default="", help_text="What it is for, where limits depend on it.")
    frequency = models.CharField(max_length=9, choices=MandateFrequency.choices, default=MandateFrequency.AS_NEEDED)
    collection_day = models.SmallIntegerField(null=True)
    first_on = models.DateField(null=True)
    ends_on = models.DateField(null=True, help_text="The last day on which it may be collected on.")
    last_collected_on = models.DateField(null=True)
    warned_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=13, choices=MandateState.choices, default=MandateState.CREATED)
    state_reason = models.CharField(max_length=200, default="")
    changed_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_mandate"
        indexes = [
            models.Index(fields=["account", "-id"], name="mandate_by_account"),
            models.Index(
                fields=["legal_entity", "scheme", "account"],
                condition=Q(state=MandateState.ACTIVE),
                name="mandate_active",
            ),
            models.Index(fields=["legal_entity", "state", "-id"], name="mandate_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "scheme", "reference"], name="mandate_reference_once"),
            models.CheckConstraint(
                condition=Q(limit_minor=None) | Q(limit_minor__gt=0), name="mandate_limit_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(collection_day=None) | Q(collection_day__gte=1, collection_day__lte=31),
                name="mandate_collection_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(first_on=None) | Q(ends_on__gte=F("first_on")),
                name="mandate_ends_after_it_begins",
            ),
        ]
        triggers = [state_machine(MANDATE), not_deleted()]


class CollectionAgreement(models.Model):
    """What a company agreed with its bank about one scheme: the newest row whose day has come is in force.

    `creditor_id` is the number under which it collects (SEPA creditor identifier, NACHA company number, user code of a
    South African bank, utility code of NPCI). `terms` holds what only one scheme asks for, by its connector's names.
    """

    append_only = True

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField(max_length=20)
    bank_account = models.ForeignKey("org.OwnBankAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    creditor_id = models.CharField(max_length=40)
    creditor_name = models.CharField(max_length=70)
    terms = models.JSONField(default=dict)
    notice_days = models.SmallIntegerField(null=True, help_text="Agreed with customers; none: as the rules say.")
    fee_minor = models.BigIntegerField(null=True, help_text="Charged to the customer for a return; none: nothing.")
    valid_from = models.DateField()
    is_ended = models.BooleanField(default=False, help_text="From its day on nothing is agreed any more.")
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_collection_agreement"
        indexes = [
            models.Index(fields=["legal_entity", "scheme", "-valid_from", "-id"], name="collection_agreement_newest")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(notice_days=None) | Q(notice_days__gte=0), name="agreement_notice_not_negative"
            ),
            models.CheckConstraint(condition=Q(fee_minor=None) | Q(fee_minor__gt=0), name="agreement_fee_is_positive"),
        ]
        triggers = [append_only()]


class CollectionRun(models.Model):
    """One file of debits to one bank: one company, one scheme, one action day.

    A run of kept cards has the scheme `card`, no agreement and no bank account: gateways are asked for its debits.
    """

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField(max_length=20)
    agreement = models.ForeignKey(CollectionAgreement, on_delete=models.PROTECT, null=True, related_name="+")
    bank_account = models.ForeignKey(
        "org.OwnBankAccount", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    action_day = models.DateField()
    submit_by = models.DateField(help_text="The last day on which the bank takes the file, or a card is debited.")
    state = models.CharField(max_length=9, choices=CollectionRunState.choices, default=CollectionRunState.DRAFT)
    collection_count = models.IntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)
    message_id = models.CharField(max_length=35, default="")
    stored_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file_sha256 = models.CharField(max_length=64, default="")
    prepared_by = models.CharField(max_length=80)
    prepared_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, default="")
    approved_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=80, default="")
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    cleared_minor = models.BigIntegerField(default=0, help_text="How much of it bank statements have shown.")

    class Meta:
        db_table = "payments_collection_run"
        indexes = [models.Index(fields=["legal_entity", "-action_day", "-id"], name="collection_run_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["legal_entity", "scheme", "currency", "action_day"],
                condition=Q(state__in=["DRAFT", "CHECKED", "APPROVED"]),
                name="collection_run_once_open",
            ),
            models.CheckConstraint(
                condition=Q(scheme=CARDS, agreement=None, bank_account=None)
                | ~Q(scheme=CARDS) & Q(agreement__isnull=False, bank_account__isnull=False),
                name="collection_run_agreed_with_a_bank_or_of_cards",
            ),
        ]
        triggers = [state_machine(COLLECTION_RUN), not_deleted()]


class CollectionFinding(models.Model):
    """Something due that a run left out, and why."""

    append_only = True

    run = models.ForeignKey(CollectionRun, on_delete=models.PROTECT, related_name="findings")
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=CollectionFindingKind.choices)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    says = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "payments_collection_finding"
        triggers = [append_only()]


class Collection(models.Model):
    """One debit of one stored method: what is asked for, how it ended, and what happens then.

    `run` none: a gateway is asked instead of a bank. `end_to_end` goes out and comes back with every answer; sent
    twice it is the same debit. `attempt_no` counts the first one too; `first_attempt` is none on it.
    """

    run = models.ForeignKey(CollectionRun, on_delete=models.PROTECT, null=True, related_name="collections")
    stored_method = models.ForeignKey(StoredMethod, on_delete=models.PROTECT, related_name="collections")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="collections")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    action_day = models.DateField()
    sequence = models.CharField(max_length=4, default="", help_text="FRST, RCUR, OOFF or FNAL, where a scheme asks.")
    attempt_no = models.SmallIntegerField(default=1)
    first_attempt = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="attempts")
    takes_up = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="taken_up_by", help_text="The failure it is about."
    )
    end_to_end = models.CharField(max_length=35, unique=True)
    gateway_reference = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=9, choices=CollectionState.choices, default=CollectionState.PREPARED)
    code = models.CharField(max_length=20, default="", help_text="What the bank or the gateway answered.")
    kind = models.CharField(max_length=14, choices=[(kind.value, kind.value) for kind in CodeKind], default="")
    says = models.CharField(max_length=300, default="")
    failed_on = models.DateField(null=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    plan = models.CharField(max_length=8, choices=FailurePlan.choices, default="")
    plan_says = models.CharField(max_length=400, default="")
    retry_on = models.DateField(null=True)
    fallback_method = models.ForeignKey(StoredMethod, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, help_text="When the failure was dealt with: it left the queue.")
    resolved_by = models.CharField(max_length=80, default="")
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "payments_collection"
        indexes = [
            models.Index(fields=["account", "-action_day", "-id"], name="collection_by_account"),
            models.Index(
                fields=["legal_entity", "kind", "-failed_on", "-id"],
                condition=Q(state__in=["FAILED", "RETURNED"], resolved_at=None),
                name="collection_failed_queue",
            ),
            models.Index(fields=["action_day"], condition=Q(state="SUBMITTED"), name="collection_waiting"),
            models.Index(
                fields=["gateway_reference"], condition=~Q(gateway_reference=""), name="collection_by_gateway"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="collection_is_positive"),
            models.CheckConstraint(
                condition=Q(attempt_no=1, first_attempt=None) | Q(attempt_no__gt=1, first_attempt__isnull=False),
                name="collection_attempts_are_counted",
            ),
            models.UniqueConstraint(
                fields=["first_attempt", "attempt_no"],
                condition=Q(first_attempt__isnull=False) & ~Q(state="CANCELED"),
                name="collection_attempt_once",
            ),
        ]
        triggers = [state_machine(COLLECTION), not_deleted()]
