"""The rows of the permission matrix, a table for each area; `access.matrix` says what kinds and cells mean."""

from billwright.access.rights.billing import BILLING
from billwright.access.rights.house import HOUSE
from billwright.access.rights.money import MONEY

__all__ = ["BILLING", "HOUSE", "MONEY"]
