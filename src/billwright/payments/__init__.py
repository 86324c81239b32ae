"""Money in and out as it happened: receipts, their returns, refunds.

It promises that every receipt is recorded once, apart from what it pays, and posted to unallocated cash. It never
knows an open item: what a receipt settles is decided in receivables.
"""
