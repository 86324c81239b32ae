"""Bank statements of SWIFT: MT940 (end of day) and MT942 (within the day), with what banks put into field 86."""

from billwright.connectors.swift_mt.reader import SwiftReader

__all__ = ["SwiftReader"]
