"""Tables of invoicing."""

from billwright.invoicing.models.bill_run import (
    BillRun,
    BillRunDraftLine,
    BillRunFinding,
    BillRunPayer,
    BillRunShard,
    BillRunTotal,
)
from billwright.invoicing.models.documents import (
    Invoice,
    InvoiceLine,
    InvoiceTax,
    LineDiscount,
    LinePart,
    PartySnapshot,
)

__all__ = [
    "BillRun",
    "BillRunDraftLine",
    "BillRunFinding",
    "BillRunPayer",
    "BillRunShard",
    "BillRunTotal",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "LineDiscount",
    "LinePart",
    "PartySnapshot",
]
