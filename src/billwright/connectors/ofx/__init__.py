"""Bank and card statements of Open Financial Exchange: version 1 (SGML) and version 2 (XML)."""

from billwright.connectors.ofx.reader import OfxReader

__all__ = ["OfxReader"]
