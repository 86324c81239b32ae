"""Keep money that customers paid in advance, with its expiry."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_account_index_for_lists"),
        ("receivables", "0003_terms_in_parts"),
    ]

    operations = [
        LayDown(
            [
                migrations.AlterField(
                    model_name="sourceuse",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("REFUND", "Refund"),
                            ("TRANSFER", "Transfer"),
                            ("RETURN", "Return"),
                            ("KEPT", "Kept"),
                            ("WALLET", "Wallet"),
                        ],
                        max_length=8,
                    ),
                ),
                migrations.CreateModel(
                    name="WalletLot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("bought_on", models.DateField()),
                        (
                            "expires_on",
                            models.DateField(
                                help_text="Not for documents of this day or later; none: never.", null=True
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        ("open_minor", models.BigIntegerField()),
                        ("entry_id", models.BigIntegerField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "cash",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="wallet_lots",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_wallet_lot",
                    },
                ),
                migrations.CreateModel(
                    name="WalletUse",
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
                                choices=[("DRAWN", "Drawn"), ("RETURNED", "Returned"), ("EXPIRED", "Expired")],
                                max_length=8,
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("entry_id", models.BigIntegerField()),
                        ("run_id", models.BigIntegerField(null=True)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "lot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="receivables.walletlot",
                            ),
                        ),
                        (
                            "to_cash",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="came_of_wallet",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_wallet_use",
                    },
                ),
                migrations.AddIndex(
                    model_name="walletlot",
                    index=models.Index(
                        condition=models.Q(("open_minor__gt", 0)), fields=["account"], name="wallet_lot_still_open"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="walletlot",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gt", 0),
                            ("open_minor__gte", 0),
                            ("open_minor__lte", models.F("amount_minor")),
                        ),
                        name="wallet_lot_open_between_nothing_and_amount",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="walletlot",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on", None), ("expires_on__gt", models.F("bought_on")), _connector="OR"
                        ),
                        name="wallet_lot_holds_a_day",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="walletlot",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="354678f0f3827fb611e2c45a1fecb046f449fa92",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_11ed5",
                            table="receivables_wallet_lot",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="walletuse",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="wallet_use_is_positive"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="walletuse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="737b8c77f67a2bee78886ffc2223974a9f7cd53a",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_58c95",
                            table="receivables_wallet_use",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        )
    ]
