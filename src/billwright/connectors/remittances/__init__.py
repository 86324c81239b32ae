"""Remittance advice: EDIFACT REMADV, X12 820, tables (CSV, XLSX), and the text of mails and PDF files."""

from billwright.connectors.remittances.reader import RemittanceReader

__all__ = ["RemittanceReader"]
