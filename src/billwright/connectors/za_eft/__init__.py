"""South African debit orders: a batch as processors take it, and their statements with what was unpaid."""

from billwright.connectors.za_eft.reader import UnpaidReader
from billwright.connectors.za_eft.writer import DebitOrderWriter

__all__ = ["DebitOrderWriter", "UnpaidReader"]
