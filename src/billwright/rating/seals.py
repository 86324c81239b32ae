"""What a document's seal covers, column by column, and the text that is digested: the reader's half of the seal.

The writer's half is `invoicing/sql/seal_documents.sql`; a test holds the two together. Columns are only added at the
end and left out where they are empty, or under a new version, so that a seal of any age can be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

COLUMN_END = "\x1f"
ROW_END = "\x1e"

LINE: Final = (
    "line_no", "account_id", "item_id", "charge_id", "kind", "text", "service_from", "service_to", "claim_no",
    "price_id", "formula", "quantity", "unit_price", "days", "base_days", "period_from", "period_to",
    "billed_quantity", "exact_amount", "exact_discount", "gross_minor", "gross_discount_minor",
    "share_percent", "rounding", "subscription_id", "amount_minor",
    "discount_minor", "net_minor", "tax_code", "tax_percent", "tax_minor", "tax_point", "revenue_account_id",
    "deferred", "clause", "usage_count", "usage_digest", "credits_invoice_id", "credits_line_no", "cost_center",
    "product_code", "purchase_order", "spend_limit_id",
)  # fmt: skip
# Came after the first seals, so a row without it reads as it did.
LEFT_OUT_WHEN_EMPTY: Final = frozenset({"purchase_order", "spend_limit_id"})
PART: Final = (
    "line_no", "part_no", "label", "quantity", "unit_price", "flat", "percent", "package_size", "amount",
)  # fmt: skip
DISCOUNT: Final = ("line_no", "place", "discount_id", "name", "percent", "amount_minor", "period_from")
TAX: Final = ("tax_code", "component", "percent", "net_minor", "tax_minor", "withheld")


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of a document's lines, parts, discounts and taxes, by version 1 of the seal."""
    lines = sorted(document["lines"], key=lambda line: line["line_no"])
    taxes = sorted(document["taxes"], key=lambda tax: f"{tax['tax_code']}{COLUMN_END}{tax['component']}".encode())
    rows = [
        *(_row("line", LINE, line) for line in lines),
        *(_row("part", PART, part) for part in _inner(lines, "parts", "part_no")),
        *(_row("discount", DISCOUNT, discount) for discount in _inner(lines, "discounts", "place")),
        *(_row("tax", TAX, tax) for tax in taxes),
    ]
    return hashlib.sha256(ROW_END.join(rows).encode()).hexdigest()


def _inner(lines: Iterable[Mapping[str, Any]], name: str, order: str) -> list[Mapping[str, Any]]:
    return [row for line in lines for row in sorted(line[name], key=lambda row: row[order])]


def _row(section: str, columns: tuple[str, ...], row: Mapping[str, Any]) -> str:
    sealed = (column for column in columns if row[column] or column not in LEFT_OUT_WHEN_EMPTY)
    return COLUMN_END.join((section, *(_plain(row[column]) for column in sealed)))


def _plain(value: Any) -> str:
    """A value as the seal reads it: empty for none, numbers without trailing zeros, t and f for truth."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, Decimal):
        written = f"{value:f}"
        return (written.rstrip("0").rstrip(".") or "0") if "." in written else written
    return str(value)
