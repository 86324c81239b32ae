"""Tables of receivables. Allocations and uses are append-only; cached open amounts are proved by reconciliation."""

from billwright.receivables.models.cash import Allocation, SourceUse, UnallocatedCash, WriteOff
from billwright.receivables.models.collecting import CollectionItem
from billwright.receivables.models.items import AccountSum, DaySum, Hold, OpenChange, OpenItem
from billwright.receivables.models.matching import MatchItem, MatchKey, MatchProposal, MatchRule, PayerSign
from billwright.receivables.models.reconciling import (
    Reconciliation,
    ReconciliationAccount,
    ReconciliationFile,
    ReconciliationLine,
    TheirColumns,
    TheirLine,
)
from billwright.receivables.models.remittances import RemittanceAdvice, RemittanceLine
from billwright.receivables.models.wallets import WalletLot, WalletUse

__all__ = [
    "AccountSum",
    "Allocation",
    "CollectionItem",
    "DaySum",
    "Hold",
    "MatchItem",
    "MatchKey",
    "MatchProposal",
    "MatchRule",
    "OpenChange",
    "OpenItem",
    "PayerSign",
    "Reconciliation",
    "ReconciliationAccount",
    "ReconciliationFile",
    "ReconciliationLine",
    "RemittanceAdvice",
    "RemittanceLine",
    "SourceUse",
    "TheirColumns",
    "TheirLine",
    "UnallocatedCash",
    "WalletLot",
    "WalletUse",
    "WriteOff",
]
