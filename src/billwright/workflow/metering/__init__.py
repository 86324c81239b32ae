"""Usage on its way from a feed to the subscriptions it belongs to.

Usage names subscriptions by number, and its days are those of their accounts: neither is known to the room that keeps
the records. It also owns what follows from metering but bills by the run: service credits.
"""

from billwright.workflow.metering.feeds import FeedReport, import_usage
from billwright.workflow.metering.intake import UsageDraft, record_usage
from billwright.workflow.metering.outages import OutageRow, record_outage

__all__ = ["FeedReport", "OutageRow", "UsageDraft", "import_usage", "record_outage", "record_usage"]
