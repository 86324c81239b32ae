"""States and closed lists of files and imports."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class RetentionClass(models.TextChoices):
    """How long a file is kept; the periods per country are dated data."""

    TAX_DOCUMENT = "TAX_DOCUMENT"
    """Invoices, credit notes, receipts."""
    CONTRACT = "CONTRACT"
    """Contracts, orders, mandates."""
    CORRESPONDENCE = "CORRESPONDENCE"
    """Letters and mail."""
    WORKING_FILE = "WORKING_FILE"
    """Imports, exports, error files."""


class ImportKind(models.TextChoices):
    """What a file holds."""

    CUSTOMERS = "CUSTOMERS"
    INVOICES = "INVOICES"
    PAYMENTS = "PAYMENTS"
    SUBSCRIPTIONS = "SUBSCRIPTIONS"


class ImportState(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "UPLOADED"
    """The file is stored."""
    CHECKED = "CHECKED"
    """A dry run went through it: rows, errors, totals are known, nothing was written."""
    RUNNING = "RUNNING"
    """Rows are being written, in chunks."""
    TIED_OUT = "TIED_OUT"
    """All good rows are in, and their totals equal ours."""
    DIFFERS = "DIFFERS"
    """The totals differ: a person must look."""
    FAILED = "FAILED"
    """Not readable, or refused as a whole."""


IMPORT_JOB = Machine(
    "import",
    {
        "check": verb(ImportState.UPLOADED, ImportState.CHECKED, ImportState.DIFFERS, to=ImportState.CHECKED),
        "start": verb(
            ImportState.UPLOADED, ImportState.CHECKED, ImportState.DIFFERS, ImportState.TIED_OUT, to=ImportState.RUNNING
        ),
        "tie_out": verb(ImportState.RUNNING, to=ImportState.TIED_OUT),
        "differ": verb(ImportState.RUNNING, to=ImportState.DIFFERS),
        "fail": verb(ImportState.UPLOADED, ImportState.CHECKED, ImportState.RUNNING, to=ImportState.FAILED),
    },
)
