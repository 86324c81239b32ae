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
    DocumentSeal,
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
    "DocumentSeal",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "LineDiscount",
    "LinePart",
    "PartySnapshot",
]
