"""Coded statements of account of the Belgian banks (CODA, Febelfin, version 2)."""

from billwright.connectors.coda.reader import CodaReader

__all__ = ["CodaReader"]
