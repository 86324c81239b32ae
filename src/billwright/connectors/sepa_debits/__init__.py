"""SEPA files: direct debits out (pain.008), credit transfers out (pain.001), status reports in (pain.002)."""

from billwright.connectors.sepa_debits.reader import StatusReportReader
from billwright.connectors.sepa_debits.transfers import SepaTransferFiles
from billwright.connectors.sepa_debits.writer import SepaDebitWriter, SepaTransferWriter

__all__ = ["SepaDebitWriter", "SepaTransferFiles", "SepaTransferWriter", "StatusReportReader"]
