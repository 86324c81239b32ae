"""Tables of bank statements: files as they came, statements, entries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import append_only, not_deleted, state_machine_in_bulk
from billwright.payments.models.receipts import Payment
from billwright.payments.states import BANK_ENTRY, BankEntryState, BankFileState


class BankStatementFile(models.Model):
    """A bank file as it arrived: the stored bytes, and what became of it. The same bytes are taken once."""

    append_only = True

    stored_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=12, default="")
    state = models.CharField(max_length=11, choices=BankFileState.choices)
    reason_code = models.CharField(max_length=60, default="")
    reason = models.TextField(default="")
    place = models.CharField(max_length=120, default="", help_text="Where in the file: a line, an element.")
    statement_count = models.IntegerField(default=0)
    entry_count = models.IntegerField(default=0)
    new_count = models.IntegerField(default=0)
    taken_by = models.CharField(max_length=80)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "payments_bank_file"
        indexes = [models.Index(fields=["-taken_at", "-id"], name="bank_file_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(state=BankFileState.TAKEN), name="bank_file_taken_once"
            ),
        ]
        triggers = [append_only()]


class BankStatement(models.Model):
    """One statement of a taken file: opening + entries = closing was proved before it was written.

    `content` is a digest of its entries that does not depend on their order: by it a statement that is sent again
    with another content is known.
    """

    append_only = True

    file = models.ForeignKey(BankStatementFile, on_delete=models.PROTECT, related_name="statements")
    bank_account = models.ForeignKey("org.OwnBankAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=60, default="")
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    entry_count = models.IntegerField()
    new_count = models.IntegerField()
    content = models.CharField(max_length=64)

    class Meta:
        db_table = "payments_bank_statement"
        indexes = [models.Index(fields=["bank_account", "first_day", "id"], name="statement_by_account")]
        triggers = [append_only()]


class BankEntry(models.Model):
    """One line of a bank account, however many files told of it.

    Its identity is counted: the nth line of the same content (`digest`) on the same day of the same account. So a
    file that overlaps another adds only what is new, and two payments that are alike stay two.
    """

    bank_account = models.ForeignKey("org.OwnBankAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="entries")
    booking_date = models.DateField()
    value_date = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    bank_reference = models.CharField(max_length=140, default="")
    end_to_end = models.CharField(max_length=140, default="")
    counterparty = models.CharField(max_length=200, default="")
    counterparty_account = models.CharField(max_length=60, default="")
    remittance = models.TextField(default="")
    code = models.CharField(max_length=60, default="")
    return_reason = models.CharField(max_length=40, default="")
    mandate = models.CharField(max_length=60, default="")
    digest = models.CharField(max_length=64)
    occurrence = models.IntegerField()
    state = models.CharField(max_length=8, choices=BankEntryState.choices, default=BankEntryState.NEW)
    reason = models.CharField(max_length=200, default="")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "payments_bank_entry"
        indexes = [
            models.Index(fields=["state", "-value_date", "-id"], name="bank_entry_by_state"),
            models.Index(fields=["bank_account", "-booking_date", "-id"], name="bank_entry_by_account"),
            # The list over all accounts and states.
            models.Index(fields=["-value_date", "-id"], name="bank_entry_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bank_account", "booking_date", "digest", "occurrence"], name="bank_entry_once"
            ),
            models.CheckConstraint(condition=Q(occurrence__gt=0), name="bank_entry_is_counted"),
        ]
        triggers = [state_machine_in_bulk(BANK_ENTRY), not_deleted()]
