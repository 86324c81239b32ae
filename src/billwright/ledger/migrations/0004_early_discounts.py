"""The account of early-payment discounts, in the books of every entity that is there."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown

ADD_ACCOUNT = """
insert into ledger_account (legal_entity_id, code, name, account_class, role, family, active)
select
    e.id,
    case
        when exists (select 1 from ledger_account as a where a.legal_entity_id = e.id and a.code = '8600') then '8600D'
        else '8600'
    end,
    'Early-payment discounts', 'EXPENSE', 'EARLY_DISCOUNTS', '', true
from org_legal_entity as e
where exists (select 1 from ledger_account as a where a.legal_entity_id = e.id and a.role = 'BANK')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_credit_given"),
    ]

    operations = [
        LayDown(
            [
                migrations.AlterField(
                    model_name="ledgeraccount",
                    name="role",
                    field=models.CharField(
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
                migrations.RunSQL(ADD_ACCOUNT, migrations.RunSQL.noop),
            ]
        )
    ]
