"""Quicken Interchange Format, which small banks and old programs still write."""

from billwright.connectors.qif.reader import QifReader

__all__ = ["QifReader"]
