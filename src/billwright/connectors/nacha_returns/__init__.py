"""Return files of the American clearing house (NACHA): what banks send back, and changes they notify."""

from billwright.connectors.nacha_returns.changes import NachaChangeReader
from billwright.connectors.nacha_returns.reader import NachaReturnReader

__all__ = ["NachaChangeReader", "NachaReturnReader"]
