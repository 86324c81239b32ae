"""Files of debits for the American clearing house (NACHA): PPD and CCD entries in batches with control totals."""

from billwright.connectors.nacha.writer import NachaDebitWriter

__all__ = ["NachaDebitWriter"]
