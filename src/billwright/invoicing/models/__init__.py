"""Tables of invoicing."""

from billwright.invoicing.models.bill_run import (
    BillRun,
    BillRunDraftLine,
    BillRunFinding,
    BillRunPayer,
    BillRunShard,
    BillRunTotal,
)
from billwright.invoicing.models.checks import CheckRule, CoverageReason, HeldDocument
from billwright.invoicing.models.documents import (
    DocumentSeal,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    LineDiscount,
    LinePart,
    PartySnapshot,
)
from billwright.invoicing.models.rebillings import RebilledDocument, Rebilling
from billwright.invoicing.models.revenue import RevenuePosting, RevenueRun, RevenueSchedule
from billwright.invoicing.models.shadows import ShadowChange, ShadowLine, ShadowRun

__all__ = [
    "BillRun",
    "BillRunDraftLine",
    "BillRunFinding",
    "BillRunPayer",
    "BillRunShard",
    "BillRunTotal",
    "CheckRule",
    "CoverageReason",
    "DocumentSeal",
    "HeldDocument",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "LineDiscount",
    "LinePart",
    "PartySnapshot",
    "RebilledDocument",
    "Rebilling",
    "RevenuePosting",
    "RevenueRun",
    "RevenueSchedule",
    "ShadowChange",
    "ShadowLine",
    "ShadowRun",
]
