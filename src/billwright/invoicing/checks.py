"""The checks before issue: what each looks at, what it does where a company chose nothing, and which thresholds it has.

A check is off, notes, warns or holds. What holds keeps the document back until a person releases it; nobody else waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billwright.invoicing.states import CheckSeverity, FindingCode


@dataclass(frozen=True, slots=True)
class Check:
    """One check; a threshold that is none does not belong to it."""

    code: FindingCode
    severity: CheckSeverity
    factor: Decimal | None = None
    minimum: Decimal | None = None
    days: int | None = None

    @property
    def thresholds(self) -> tuple[str, ...]:
        """The names of its thresholds."""
        return tuple(name for name in ("factor", "minimum", "days") if getattr(self, name) is not None)


CHECKS: Final[dict[str, Check]] = {
    check.code: check
    for check in (
        # Far is so many times the usual distance from the median of six bills, and at least this amount.
        Check(FindingCode.OUTLIER, CheckSeverity.WARNING, factor=Decimal(3), minimum=Decimal(0)),
        Check(FindingCode.NEGATIVE_TOTAL, CheckSeverity.WARNING),
        Check(FindingCode.ZERO_TOTAL, CheckSeverity.WARNING),
        Check(FindingCode.NO_TAX_NUMBER, CheckSeverity.WARNING),
        Check(FindingCode.BUSINESS_WITHOUT_TAX_NUMBER, CheckSeverity.OFF),
        Check(FindingCode.NO_REFERENCE, CheckSeverity.WARNING),
        Check(FindingCode.BANK_CHANGED, CheckSeverity.OFF, days=30),
        Check(FindingCode.FIRST_INVOICE, CheckSeverity.NOTE),
        Check(FindingCode.FIRST_OF_CONTRACT, CheckSeverity.OFF),
        Check(FindingCode.CLAUSE_MISMATCH, CheckSeverity.WARNING),
        Check(FindingCode.PRICE_DIFFERS, CheckSeverity.WARNING),
    )
}
