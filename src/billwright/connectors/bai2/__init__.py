"""Cash management reports of BAI version 2, as banks of North America and many others send them."""

from billwright.connectors.bai2.reader import BaiReader

__all__ = ["BaiReader"]
