"""The chart that every legal entity starts with (docs/decisions, rule 4 of the model): data, not code."""

from __future__ import annotations

from billwright.ledger.states import AccountClass, LedgerRole

# code, name, class, role
CHART: tuple[tuple[str, str, AccountClass, LedgerRole], ...] = (
    ("1000", "Bank", AccountClass.ASSET, LedgerRole.BANK),
    ("1050", "Bank clearing", AccountClass.ASSET, LedgerRole.BANK_CLEARING),
    ("1100", "Trade receivables", AccountClass.ASSET, LedgerRole.RECEIVABLES),
    ("1190", "Loss allowance on receivables", AccountClass.ASSET, LedgerRole.LOSS_ALLOWANCE),
    ("1300", "Withholding tax recoverable", AccountClass.ASSET, LedgerRole.WITHHOLDING_TAX),
    ("1800", "Inter-company clearing", AccountClass.ASSET, LedgerRole.INTERCOMPANY),
    ("1900", "Migration clearing", AccountClass.ASSET, LedgerRole.MIGRATION_CLEARING),
    ("2100", "Unallocated cash", AccountClass.LIABILITY, LedgerRole.UNALLOCATED_CASH),
    ("2110", "Suspense", AccountClass.LIABILITY, LedgerRole.SUSPENSE),
    ("2120", "Customer deposits", AccountClass.LIABILITY, LedgerRole.DEPOSITS),
    ("2130", "Prepaid wallets", AccountClass.LIABILITY, LedgerRole.WALLETS),
    ("2140", "Refunds payable", AccountClass.LIABILITY, LedgerRole.REFUNDS_PAYABLE),
    ("7100", "Interest income", AccountClass.INCOME, LedgerRole.INTEREST_INCOME),
    ("7200", "Fee income", AccountClass.INCOME, LedgerRole.FEE_INCOME),
    ("7300", "Recoveries of written-off debt", AccountClass.INCOME, LedgerRole.RECOVERIES),
    ("8100", "Bank and gateway charges", AccountClass.EXPENSE, LedgerRole.BANK_CHARGES),
    ("8200", "Exchange differences", AccountClass.EXPENSE, LedgerRole.EXCHANGE_DIFFERENCE),
    ("8300", "Rounding differences", AccountClass.EXPENSE, LedgerRole.ROUNDING),
    ("8400", "Bad debt", AccountClass.EXPENSE, LedgerRole.BAD_DEBT),
    ("8500", "Credit given to customers", AccountClass.EXPENSE, LedgerRole.CREDIT_GIVEN),
    ("8600", "Early-payment discounts", AccountClass.EXPENSE, LedgerRole.EARLY_DISCOUNTS),
)

# Accounts that come one per family: the code counts up from here.
FAMILY_ACCOUNTS: dict[LedgerRole, tuple[int, str, AccountClass]] = {
    LedgerRole.REVENUE: (4000, "Revenue: {family}", AccountClass.INCOME),
    LedgerRole.DEFERRED_REVENUE: (2500, "Deferred revenue: {family}", AccountClass.LIABILITY),
    LedgerRole.OUTPUT_TAX: (2200, "Output tax: {family}", AccountClass.LIABILITY),
    LedgerRole.INTERCOMPANY: (1801, "Inter-company: {family}", AccountClass.ASSET),
}
