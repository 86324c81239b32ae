"""Tables of customers and billing accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper

from billwright.accounts.states import (
    BILLING_ACCOUNT,
    AccountState,
    AddressKind,
    ContactRole,
    CustomerKind,
    InvoiceDelivery,
    SplitBy,
)
from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.org.states import TaxTreatment


class CustomerKey(models.Model):
    """The wrapped data key of an owner of personal values; destroying it erases them."""

    owner = models.CharField(max_length=80, primary_key=True)
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_customer_key"


class Customer(models.Model):
    """The party that owes: a person or an organisation. Has one or more billing accounts."""

    kind = models.CharField(max_length=12, choices=CustomerKind.choices)
    name = models.CharField(max_length=200, help_text="As printed on documents.")
    first_name = models.CharField(max_length=100, default="")
    last_name = models.CharField(max_length=100, default="")
    language = models.CharField(max_length=8, default="en")
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=60)
    tax_number = models.CharField(max_length=40, default="")
    registration_number = models.CharField(max_length=60, default="")
    reference = models.CharField(max_length=80, default="", help_text="Identity in the system it came from.")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    merged_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, help_text="Counts edits: two people cannot overwrite each other.")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_customer"
        indexes = [
            models.Index(Lower("name"), name="customer_by_name"),
            models.Index(fields=["tax_number"], name="customer_by_tax_number", condition=~Q(tax_number="")),
            models.Index(fields=["reference"], name="customer_by_reference", condition=~Q(reference="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="customer_not_merged_into_itself"
            )
        ]
        triggers = [not_deleted()]


class BillingAccount(models.Model):
    """Where bills go and debts are kept: one currency, one legal entity, one number (BAN).

    `cycle_day` is the day of the month on which billing periods begin (31: the last day; none: the day on which the
    first paid period begins). Dates of service are civil dates in `timezone`.
    """

    number = models.CharField(max_length=30, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="billing_accounts", db_index=False)
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.ForeignKey("org.Currency", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, default="", help_text="Shown instead of the customer's name, if given.")
    state = models.CharField(max_length=6, choices=AccountState.choices, default=AccountState.OPEN)
    cycle_day = models.SmallIntegerField(null=True)
    timezone = models.CharField(max_length=60)
    language = models.CharField(max_length=8)
    payment_terms_days = models.SmallIntegerField(null=True, help_text="None: the entity's terms.")
    payment_parts = models.JSONField(
        null=True, help_text="Instead of days: parts that documents fall due in, as org.terms stores them."
    )
    delivery = models.CharField(max_length=6, choices=InvoiceDelivery.choices, default=InvoiceDelivery.EMAIL)
    tax_treatment = models.CharField(max_length=14, choices=TaxTreatment.choices, default=TaxTreatment.DOMESTIC)
    tax_exemption_reason = models.CharField(max_length=200, default="")
    place_of_supply = models.CharField(max_length=40, default="")
    credit_class = models.CharField(max_length=20, default="STANDARD")
    purchase_order = models.CharField(max_length=60, default="")
    cost_center = models.CharField(max_length=60, default="")
    reference = models.CharField(max_length=80, default="", help_text="Number in the system it came from.")
    payment_method = models.CharField(max_length=40, default="", help_text="How the customer usually pays.")
    segment = models.CharField(
        max_length=40, default="", db_default="", help_text="Whose price list holds for it, before the common one."
    )
    conventions = models.JSONField(
        default=dict, db_default={}, help_text="Options chosen for this account: {option: value}."
    )
    split_by = models.CharField(
        max_length=14,
        choices=SplitBy.choices,
        default=SplitBy.NONE,
        db_default=SplitBy.NONE,
        help_text="What its documents of a run are split by.",
    )
    required_references = models.JSONField(
        default=list, db_default=[], help_text="References that every line it is billed carries: their names."
    )
    layout = models.JSONField(
        default=dict, db_default={}, help_text="How its documents are printed, as accounts.layouts stores it."
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_billing_account"
        indexes = [
            models.Index(fields=["customer"], name="account_by_customer"),
            # What lists and reports ask of every account of a company, so that they read the index alone.
            models.Index(fields=["legal_entity", "id"], include=["currency", "customer"], name="account_of_entity"),
            models.Index(fields=["reference"], name="account_by_reference", condition=~Q(reference="")),
            # A number typed in any case.
            models.Index(Upper("number"), name="account_by_upper_number"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cycle_day=None) | Q(cycle_day__gte=1, cycle_day__lte=31), name="cycle_day_of_a_month"
            ),
            models.CheckConstraint(
                condition=Q(payment_terms_days=None) | Q(payment_terms_days__gte=0), name="terms_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(payment_terms_days=None) | Q(payment_parts=None), name="terms_are_days_or_parts"
            ),
        ]
        triggers = [state_machine(BILLING_ACCOUNT), not_deleted()]


class ParentLink(models.Model):
    """From a day on, the parent account pays for the child. Both share entity and currency."""

    child = models.ForeignKey(BillingAccount, on_delete=models.PROTECT, related_name="parent_links")
    parent = models.ForeignKey(BillingAccount, on_delete=models.PROTECT, related_name="child_links")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_parent_link"
        constraints = [
            models.UniqueConstraint(fields=["child", "valid_from"], name="one_parent_from_a_day"),
            models.UniqueConstraint(fields=["child"], condition=Q(valid_to=None), name="one_open_parent_link"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="nobody_is_their_own_parent"),
        ]


class Contact(models.Model):
    """A person or mailbox that may be asked about an account, in one role."""

    account = models.ForeignKey(BillingAccount, on_delete=models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=12, choices=ContactRole.choices, default=ContactRole.BILLING)
    name = models.CharField(max_length=200, default="")
    email = models.CharField(max_length=254, default="")
    phone = models.CharField(max_length=40, default="")
    language = models.CharField(max_length=8, default="")
    timezone = models.CharField(max_length=60, default="")
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "accounts_contact"
        indexes = [
            models.Index(fields=["account"], name="contact_by_account"),
            models.Index(Lower("email"), name="contact_by_email"),
            models.Index(fields=["phone"], name="contact_by_phone", condition=~Q(phone="")),
        ]


class Address(models.Model):
    """An address of an account from a day on; a change ends one row and starts another."""

    account = models.ForeignKey(BillingAccount, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=8, choices=AddressKind.choices, default=AddressKind.BILLING)
    addressee = models.CharField(max_length=200, default="")
    street = models.CharField(max_length=200, default="")
    postcode = models.CharField(max_length=20, default="")
    city = models.CharField(max_length=100, default="")
    region = models.CharField(max_length=60, default="")
    country = models.CharField(max_length=2)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "accounts_address"
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "valid_from"], name="one_address_from_a_day"),
            models.UniqueConstraint(
                fields=["account", "kind"], condition=Q(valid_to=None), name="one_present_address_per_kind"
            ),
        ]


class ReferenceField(models.Model):
    """A reference that a customer wants on documents, such as a vendor number."""

    account = models.ForeignKey(BillingAccount, on_delete=models.PROTECT, related_name="references")
    label = models.CharField(max_length=60)
    value = models.CharField(max_length=120)
    required = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_reference_field"
        constraints = [models.UniqueConstraint(fields=["account", "label"], name="reference_label_once")]


class AccountNote(models.Model):
    """A remark on an account. Never changed; a correction is another note."""

    append_only = True

    account = models.ForeignKey(BillingAccount, on_delete=models.PROTECT, related_name="notes")
    body = models.TextField()
    author = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_note"
        indexes = [models.Index(fields=["account", "-id"], name="note_by_account")]
        triggers = [append_only()]


class StatusNote(models.Model):
    """The one structured note on top of an account: status, cause, next action. The newest row is the present one."""

    append_only = True

    account = models.ForeignKey(BillingAccount, on_delete=models.PROTECT, related_name="status_notes")
    status = models.CharField(max_length=80)
    cause = models.CharField(max_length=200, default="")
    next_action = models.CharField(max_length=200, default="")
    next_action_on = models.DateField(null=True)
    author = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_status_note"
        indexes = [models.Index(fields=["account", "-id"], name="status_note_by_account")]
        triggers = [append_only()]


class SearchWord(models.Model):
    """A word by whose beginning an account is found: of its number, names, references, mailboxes and telephones.

    Kept by the operations in the same transaction. A list of words answers a prefix in one index range, whatever
    the number of accounts; an index per column would need a union of six.
    """

    pk = models.CompositePrimaryKey("account_id", "word")
    account = models.ForeignKey(
        BillingAccount, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    word = models.CharField(max_length=80)

    class Meta:
        db_table = "accounts_search_word"
        indexes = [
            models.Index(
                fields=["word", "account"], name="account_by_word", opclasses=["varchar_pattern_ops", "int8_ops"]
            )
        ]
