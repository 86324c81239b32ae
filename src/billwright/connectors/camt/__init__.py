"""Bank statements of ISO 20022: camt.052 (report), camt.053 (statement), camt.054 (notification), every version."""

from billwright.connectors.camt.reader import CamtReader

__all__ = ["CamtReader"]
