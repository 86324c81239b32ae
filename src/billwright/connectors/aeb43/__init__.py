"""Bank statements of the Spanish banks (AEB norm 43, also called CSB43 or Cuaderno 43)."""

from billwright.connectors.aeb43.reader import SpanishReader

__all__ = ["SpanishReader"]
