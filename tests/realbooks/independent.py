"""A second opinion on real books: ageing and totals worked out from the files alone, with nothing of the product."""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The files are not ours to give away: they lie beside a working tree, or where this variable says.
FOLDER = Path(os.environ.get("REALBOOKS_FOLDER", ROOT.parent / "shared" / "data"))
MAPPINGS = ROOT / "examples" / "mappings"
BUCKETS = ((0, "not_due"), (30, "1-30"), (60, "31-60"), (90, "61-90"))


def path_of(stem: str) -> Path:
    return FOLDER / f"{stem}.csv"


def mapping_of(stem: str) -> Path:
    return MAPPINGS / f"{stem}.yaml"


def absent(*stems: str) -> str:
    """A sentence about what is not there, or nothing."""
    missing = [stem for stem in stems if not path_of(stem).exists()]
    return f"no {missing[0]}.csv in {FOLDER}: set REALBOOKS_FOLDER" if missing else ""


@dataclass(frozen=True)
class Claim:
    """An invoice with what was paid on it."""

    dated: date
    due: date
    total: Decimal
    paid: Decimal
    paid_on: date


def claims(stem: str) -> list[Claim]:
    """The claims of an invoice book."""
    with path_of(stem).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [_cassandra(row) if "Vendor_Name" in row else _ibm(row) for row in rows]


def _ibm(row: dict[str, str]) -> Claim:
    def day(text: str) -> date:
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007

    total = Decimal(row["InvoiceAmount"])
    return Claim(day(row["InvoiceDate"]), day(row["DueDate"]), total, total, day(row["SettledDate"]))


def _cassandra(row: dict[str, str]) -> Claim:
    def day(text: str) -> date:
        return datetime.strptime(text, "%d-%b-%y").date()  # noqa: DTZ007

    dated = day(row["Invoice_Date"])
    paid_on = dated + timedelta(days=int(row["Number_of_Days_until_Payment"]))
    return Claim(dated, day(row["Due_Date"]), Decimal(row["Amount"]), Decimal(row["Settled"]), paid_on)


def ageing(book: list[Claim], on: date) -> dict[str, Decimal]:
    """What is open on a day, by days overdue, with `total` and the money that came before its document."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for claim in book:
        if claim.paid_on <= on < claim.dated:
            found["unallocated"] += claim.paid
        if claim.dated > on:
            continue
        settled = claim.paid if max(claim.paid_on, claim.dated) <= on else Decimal(0)
        days = (on - claim.due).days
        bucket = next((name for limit, name in BUCKETS if days <= limit), "91+")
        found[bucket] += claim.total - settled
        found["total"] += claim.total - settled
    return found


def monthly_charges(stem: str, *, active_only: bool) -> Decimal:
    """The sum of the monthly charges of subscribers."""
    with path_of(stem).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sum((Decimal(row["MonthlyCharges"]) for row in rows if not active_only or row["Churn"] == "No"), Decimal(0))
