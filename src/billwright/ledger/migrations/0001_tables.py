"""Lay down the tables of ledger, with their constraints, indexes and triggers."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [("ledger", "0001_initial"), ("ledger", "0003_credit_given"), ("ledger", "0004_early_discounts")]

    dependencies = [
        ("org", "0001_tables"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="LedgerAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "account_class",
                            models.CharField(
                                choices=[
                                    ("ASSET", "Asset"),
                                    ("LIABILITY", "Liability"),
                                    ("EQUITY", "Equity"),
                                    ("INCOME", "Income"),
                                    ("EXPENSE", "Expense"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("RECEIVABLES", "Receivables"),
                                    ("REVENUE", "Revenue"),
                                    ("DEFERRED_REVENUE", "Deferred Revenue"),
                                    ("OUTPUT_TAX", "Output Tax"),
                                    ("BANK", "Bank"),
                                    ("BANK_CLEARING", "Bank Clearing"),
                                    ("UNALLOCATED_CASH", "Unallocated Cash"),
                                    ("DEPOSITS", "Deposits"),
                                    ("WALLETS", "Wallets"),
                                    ("REFUNDS_PAYABLE", "Refunds Payable"),
                                    ("SUSPENSE", "Suspense"),
                                    ("MIGRATION_CLEARING", "Migration Clearing"),
                                    ("INTERCOMPANY", "Intercompany"),
                                    ("WITHHOLDING_TAX", "Withholding Tax"),
                                    ("INTEREST_INCOME", "Interest Income"),
                                    ("FEE_INCOME", "Fee Income"),
                                    ("BANK_CHARGES", "Bank Charges"),
                                    ("EXCHANGE_DIFFERENCE", "Exchange Difference"),
                                    ("ROUNDING", "Rounding"),
                                    ("BAD_DEBT", "Bad Debt"),
                                    ("LOSS_ALLOWANCE", "Loss Allowance"),
                                    ("RECOVERIES", "Recoveries"),
                                    ("CREDIT_GIVEN", "Credit Given"),
                                    ("EARLY_DISCOUNTS", "Early Discounts"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "family",
                            models.CharField(
                                default="", help_text="Product family of revenue, component of tax.", max_length=40
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ledger_accounts",
                                to="org.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "ledger_account",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("legal_entity", "code"), name="ledger_code_once_per_entity"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("role", "OTHER"), _negated=True),
                                fields=("legal_entity", "role", "family"),
                                name="ledger_role_once_per_entity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountingPeriod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_before", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "Open"),
                                    ("CLOSING", "Closing"),
                                    ("CLOSED", "Closed"),
                                    ("LOCKED", "Locked"),
                                ],
                                default="OPEN",
                                max_length=8,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("locked_at", models.DateTimeField(null=True)),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="periods",
                                to="org.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "ledger_accounting_period",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("legal_entity", "starts_on"), name="period_once_per_entity"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_before__gt", models.F("starts_on"))),
                                name="period_is_not_empty",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="accountingperiod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{CLOSED:LOCKED,CLOSED:OPEN,CLOSING:CLOSED,CLOSING:OPEN,OPEN:CLOSING}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="1609e33e0726ff3dd7d49e81557a9b5095fb31f6",
                            operation="UPDATE",
                            pgid="pgtrigger_states_a0d39",
                            table="ledger_accounting_period",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="accountingperiod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="aa8f7a06753db1a47f275c23e089423085f5461d",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_0e9eb",
                            table="ledger_accounting_period",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="JournalEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("INVOICE", "Invoice"),
                                    ("CREDIT_NOTE", "Credit Note"),
                                    ("DEBIT_NOTE", "Debit Note"),
                                    ("IMPORT", "Import"),
                                    ("RECEIPT", "Receipt"),
                                    ("RETURN", "Return"),
                                    ("REFUND", "Refund"),
                                    ("ALLOCATION", "Allocation"),
                                    ("TRANSFER", "Transfer"),
                                    ("WRITE_OFF", "Write Off"),
                                    ("RECOGNITION", "Recognition"),
                                    ("MANUAL", "Manual"),
                                    ("REVERSAL", "Reversal"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("document_date", models.DateField()),
                        ("accounting_date", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        ("entry_key", models.CharField(max_length=80)),
                        ("narration", models.CharField(default="", max_length=200)),
                        ("actor", models.CharField(max_length=80)),
                        (
                            "closing",
                            models.BooleanField(
                                default=False, help_text="Closing work: allowed while the period is closing."
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="ledger.journalentry",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "ledger_journal_entry",
                        "indexes": [
                            models.Index(fields=["legal_entity", "accounting_date", "id"], name="entry_by_date"),
                            models.Index(fields=["entry_key"], name="entry_by_key"),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="journalentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="697c1396ebbe9e35a14198bc12b328b31e614fca",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_d47c8",
                            table="ledger_journal_entry",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="journalentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="period_is_open",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE refused record;",
                            func="\n    execute $check$\n        select e.legal_entity_id, e.accounting_date\n          from (select distinct legal_entity_id, accounting_date, closing from new_entries) as e\n         where not exists (\n            select 1\n              from ledger_accounting_period as p\n             where p.legal_entity_id = e.legal_entity_id\n               and p.starts_on <= e.accounting_date\n               and p.ends_before > e.accounting_date\n               and (p.state = 'OPEN' or (p.state = 'CLOSING' and e.closing)))\n         limit 1\n    $check$ into refused;\n    if refused.legal_entity_id is not null then\n        raise exception 'no open accounting period of entity % holds %',\n            refused.legal_entity_id, refused.accounting_date using errcode = 'BW004';\n    end if;\n    return null;\n",
                            hash="4a68e858a590f530e024d09b3b045225eb0bb58c",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_period_is_open_bca11",
                            referencing="REFERENCING NEW TABLE AS new_entries ",
                            table="ledger_journal_entry",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Posting",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "entry_id", "line_no", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("line_no", models.SmallIntegerField()),
                        ("billing_account_id", models.BigIntegerField(null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        ("base_minor", models.BigIntegerField()),
                        ("tax_code", models.CharField(default="", max_length=20)),
                        ("cost_center", models.CharField(default="", max_length=40)),
                        (
                            "entry",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="ledger.journalentry",
                            ),
                        ),
                        (
                            "ledger_account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.ledgeraccount",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "ledger_posting",
                        "indexes": [
                            models.Index(
                                fields=["billing_account_id", "ledger_account", "entry"],
                                name="posting_by_billing_account",
                            ),
                            models.Index(fields=["ledger_account", "entry"], name="posting_by_ledger_account"),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="posting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="a4377da6902dc05dc0ce2e0e697a01b76b5426fb",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_f2ff5",
                            table="ledger_posting",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="posting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="entry_balances",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE refused record; first_id bigint; last_id bigint;",
                            func="\n    select p.entry_id\n      into refused\n      from new_postings as p\n     group by p.entry_id, p.currency\n    having sum(p.amount_minor) <> 0\n     limit 1;\n    if found then\n        raise exception 'journal entry % does not balance', refused.entry_id using errcode = 'BW003';\n    end if;\n    select p.entry_id\n      into refused\n      from new_postings as p\n     group by p.entry_id\n    having sum(p.base_minor) <> 0\n     limit 1;\n    if found then\n        raise exception 'journal entry % does not balance in base currency', refused.entry_id\n            using errcode = 'BW003';\n    end if;\n    select min(p.entry_id), max(p.entry_id) into first_id, last_id from new_postings as p;\n    if first_id is null then\n        return null;\n    end if;\n    execute format($check$\n        with checked as (\n            select\n                p.ledger_account_id,\n                e.accounting_date,\n                p.currency,\n                p.tax_code,\n                sum(greatest(p.amount_minor, 0))::bigint as debit_minor,\n                sum(-least(p.amount_minor, 0))::bigint as credit_minor,\n                sum(p.base_minor)::bigint as base_minor,\n                count(*) as posting_count,\n                min(p.entry_id) filter (\n                    where e.transaction_id is distinct from pg_current_xact_id()\n                       or a.legal_entity_id is distinct from e.legal_entity_id\n                ) as refused_id\n              from new_postings as p\n              left join ledger_journal_entry as e on e.id = p.entry_id and e.id between %s and %s\n              left join ledger_account as a on a.id = p.ledger_account_id\n             group by p.ledger_account_id, e.accounting_date, p.currency, p.tax_code\n        ),\n        noted as (\n            insert into ledger_movement (\n                ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor,\n                posting_count\n            )\n            select\n                ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor,\n                posting_count\n              from checked\n             where refused_id is null\n        )\n        select min(refused_id) as entry_id from checked\n    $check$, first_id, last_id) into refused;\n    if refused.entry_id is not null then\n        raise exception 'journal entry % is not of this transaction, or an account is not of its entity',\n            refused.entry_id using errcode = 'BW003';\n    end if;\n    return null;\n",
                            hash="93abe47612db25d37d50b68d09b016d07a7bddd5",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_entry_balances_9b202",
                            referencing="REFERENCING NEW TABLE AS new_postings ",
                            table="ledger_posting",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Movement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ledger_account_id", models.BigIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("currency", models.CharField(max_length=3)),
                        ("tax_code", models.CharField(max_length=20)),
                        ("debit_minor", models.BigIntegerField()),
                        ("credit_minor", models.BigIntegerField()),
                        ("base_minor", models.BigIntegerField()),
                        ("posting_count", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "ledger_movement",
                    },
                ),
                migrations.CreateModel(
                    name="DayMovement",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "ledger_account_id",
                                "accounting_date",
                                "currency",
                                "tax_code",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("ledger_account_id", models.BigIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("currency", models.CharField(max_length=3)),
                        ("tax_code", models.CharField(max_length=20)),
                        ("debit_minor", models.BigIntegerField()),
                        ("credit_minor", models.BigIntegerField()),
                        ("base_minor", models.BigIntegerField()),
                        ("posting_count", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "ledger_day_movement",
                    },
                ),
            ],
        ),
    ]
