"""Tables of the ledger. Postings and entries are append-only; the database keeps the balance."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import CLOSED_STATE, UNBALANCED_STATE, append_only, not_deleted, state_machine
from billwright.ledger.states import ACCOUNTING_PERIOD, AccountClass, EntryKind, LedgerRole, PeriodState


class LedgerAccount(models.Model):
    """A line of the chart of accounts of one legal entity."""

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="ledger_accounts")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    account_class = models.CharField(max_length=10, choices=AccountClass.choices)
    role = models.CharField(max_length=20, choices=LedgerRole.choices)
    family = models.CharField(max_length=40, default="", help_text="Product family of revenue, component of tax.")
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "code"], name="ledger_code_once_per_entity"),
            models.UniqueConstraint(
                fields=["legal_entity", "role", "family"],
                condition=~Q(role="OTHER"),
                name="ledger_role_once_per_entity",
            ),
        ]


class AccountingPeriod(models.Model):
    """A calendar month of one entity's books."""

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="periods")
    starts_on = models.DateField()
    ends_before = models.DateField()
    state = models.CharField(max_length=8, choices=PeriodState.choices, default=PeriodState.OPEN)
    closed_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_accounting_period"
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "starts_on"], name="period_once_per_entity"),
            models.CheckConstraint(condition=Q(ends_before__gt=F("starts_on")), name="period_is_not_empty"),
        ]
        triggers = [state_machine(ACCOUNTING_PERIOD), not_deleted()]


# The checks that join are run by EXECUTE: a plan kept from the first, small insert of a session would meet later, large
# ones by nested loops, and take a hundred times as long.
_PERIOD_IS_OPEN = f"""
    execute $check$
        select e.legal_entity_id, e.accounting_date
          from (select distinct legal_entity_id, accounting_date, closing from new_entries) as e
         where not exists (
            select 1
              from ledger_accounting_period as p
             where p.legal_entity_id = e.legal_entity_id
               and p.starts_on <= e.accounting_date
               and p.ends_before > e.accounting_date
               and (p.state = 'OPEN' or (p.state = 'CLOSING' and e.closing)))
         limit 1
    $check$ into refused;
    if refused.legal_entity_id is not null then
        raise exception 'no open accounting period of entity % holds %',
            refused.legal_entity_id, refused.accounting_date using errcode = '{CLOSED_STATE}';
    end if;
    return null;
"""


class JournalEntry(models.Model):
    """A balanced booking of one legal entity.

    `document_date` is the paper's, `accounting_date` is the as-of axis and lies in an open period, `recorded_at` is
    the known-at axis. `entry_key` is the opaque key of what it stands for (`invoice:42`). `transaction_id` lets the
    database refuse postings that come later than their entry.
    """

    append_only = True

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    document_date = models.DateField()
    accounting_date = models.DateField()
    recorded_at = models.DateTimeField()
    entry_key = models.CharField(max_length=80)
    narration = models.CharField(max_length=200, default="")
    actor = models.CharField(max_length=80)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    closing = models.BooleanField(default=False, help_text="Closing work: allowed while the period is closing.")

    class Meta:
        db_table = "ledger_journal_entry"
        indexes = [
            models.Index(fields=["legal_entity", "accounting_date", "id"], name="entry_by_date"),
            models.Index(fields=["entry_key"], name="entry_by_key"),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="period_is_open",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_entries"),
                declare=[("refused", "record")],
                func=_PERIOD_IS_OPEN,
            ),
        ]


# What the check joins it also sums, so that the sums cost next to nothing. They are appended, never added to a row that
# others hold: shards of a bill run do not wait for one another. The range of entries is written into the statement, for
# the planner to see that it is short: without it all entries of the book are read to find a few.
_ENTRY_BALANCES = f"""
    select p.entry_id
      into refused
      from new_postings as p
     group by p.entry_id, p.currency
    having sum(p.amount_minor) <> 0
     limit 1;
    if found then
        raise exception 'journal entry % does not balance', refused.entry_id using errcode = '{UNBALANCED_STATE}';
    end if;
    select p.entry_id
      into refused
      from new_postings as p
     group by p.entry_id
    having sum(p.base_minor) <> 0
     limit 1;
    if found then
        raise exception 'journal entry % does not balance in base currency', refused.entry_id
            using errcode = '{UNBALANCED_STATE}';
    end if;
    select min(p.entry_id), max(p.entry_id) into first_id, last_id from new_postings as p;
    if first_id is null then
        return null;
    end if;
    execute format($check$
        with checked as (
            select
                p.ledger_account_id,
                e.accounting_date,
                p.currency,
                p.tax_code,
                sum(greatest(p.amount_minor, 0))::bigint as debit_minor,
                sum(-least(p.amount_minor, 0))::bigint as credit_minor,
                sum(p.base_minor)::bigint as base_minor,
                count(*) as posting_count,
                min(p.entry_id) filter (
                    where e.transaction_id is distinct from pg_current_xact_id()
                       or a.legal_entity_id is distinct from e.legal_entity_id
                ) as refused_id
              from new_postings as p
              left join ledger_journal_entry as e on e.id = p.entry_id and e.id between %s and %s
              left join ledger_account as a on a.id = p.ledger_account_id
             group by p.ledger_account_id, e.accounting_date, p.currency, p.tax_code
        ),
        noted as (
            insert into ledger_movement (
                ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor,
                posting_count
            )
            select
                ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor,
                posting_count
              from checked
             where refused_id is null
        )
        select min(refused_id) as entry_id from checked
    $check$, first_id, last_id) into refused;
    if refused.entry_id is not null then
        raise exception 'journal entry % is not of this transaction, or an account is not of its entity',
            refused.entry_id using errcode = '{UNBALANCED_STATE}';
    end if;
    return null;
"""


class Posting(models.Model):
    """One signed side of an entry: debit positive, credit negative, in minor units.

    `base_minor` is the amount in the entity's base currency at the entry's rate. Foreign keys to the account are
    checked by the statement trigger, which also proves that both belong to one entity.
    """

    append_only = True

    pk = models.CompositePrimaryKey("entry_id", "line_no")
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="postings", db_index=False)
    line_no = models.SmallIntegerField()
    ledger_account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    billing_account_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    base_minor = models.BigIntegerField()
    tax_code = models.CharField(max_length=20, default="")
    cost_center = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "ledger_posting"
        indexes = [
            models.Index(fields=["billing_account_id", "ledger_account", "entry"], name="posting_by_billing_account"),
            models.Index(fields=["ledger_account", "entry"], name="posting_by_ledger_account"),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="entry_balances",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_postings"),
                declare=[("refused", "record"), ("first_id", "bigint"), ("last_id", "bigint")],
                func=_ENTRY_BALANCES,
            ),
        ]


class AbstractMovement(models.Model):
    """Sums of the postings of one account on one accounting date, in one currency and tax code."""

    ledger_account_id = models.BigIntegerField()
    accounting_date = models.DateField()
    currency = models.CharField(max_length=3)
    tax_code = models.CharField(max_length=20)
    debit_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField()
    base_minor = models.BigIntegerField()
    posting_count = models.BigIntegerField()

    class Meta:
        abstract = True


class Movement(AbstractMovement):
    """Sums of one statement's postings, not yet folded into the day's; appended by the trigger of the postings.

    Movements and days together are always right: balances read both, and `fold_movements` moves one into the other.
    """

    class Meta:
        db_table = "ledger_movement"


class DayMovement(AbstractMovement):
    """Sums of a day's postings, as far as they are folded. A cache: the truth is the postings."""

    pk = models.CompositePrimaryKey("ledger_account_id", "accounting_date", "currency", "tax_code")

    class Meta:
        db_table = "ledger_day_movement"
