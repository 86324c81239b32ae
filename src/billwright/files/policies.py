"""How long files are kept: years by class of file and country of the company whose file it is."""

from __future__ import annotations

from datetime import date
from typing import Final

from billwright.files.states import RetentionClass

# Whole years after the end of the calendar year of storing, which is no earlier than any of the laws begins to count.
# ZA: Companies Act 7 years. DE: Commercial Code and Fiscal Code 8 for invoices (since 2025), 10 for books, 6 for
# letters. GB: company and VAT records 6. BG: Accountancy Act 10. IN: Companies Act s128 8 years.
_YEARS: Final[dict[str, dict[RetentionClass, int]]] = {
    "ZA": {RetentionClass.TAX_DOCUMENT: 7, RetentionClass.CONTRACT: 7, RetentionClass.CORRESPONDENCE: 7},
    "DE": {RetentionClass.TAX_DOCUMENT: 8, RetentionClass.CONTRACT: 10, RetentionClass.CORRESPONDENCE: 6},
    "GB": {RetentionClass.TAX_DOCUMENT: 6, RetentionClass.CONTRACT: 6, RetentionClass.CORRESPONDENCE: 6},
    "BG": {RetentionClass.TAX_DOCUMENT: 10, RetentionClass.CONTRACT: 10, RetentionClass.CORRESPONDENCE: 10},
    "IN": {RetentionClass.TAX_DOCUMENT: 8, RetentionClass.CONTRACT: 8, RetentionClass.CORRESPONDENCE: 8},
}
# The longest of the European Union's states, for a country whose law is not listed.
_YEARS_ELSEWHERE: Final = 10
# No law asks for them; long enough to answer for an import when the books of its year are audited.
_YEARS_OF_WORKING_FILES: Final = 2


def kept_until(*, retention_class: RetentionClass, country: str, stored_on: date) -> date:
    """The last day on which a file must be there: the end of a calendar year."""
    if retention_class == RetentionClass.WORKING_FILE:
        years = _YEARS_OF_WORKING_FILES
    else:
        years = _YEARS.get(country, {}).get(retention_class, _YEARS_ELSEWHERE)
    return date(stored_on.year + years, 12, 31)
