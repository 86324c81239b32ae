"""Documents: bill runs and their findings, invoices, credit notes and debit notes with their lines.

It promises that an issued document is frozen, that its number leaves no gap, and that each line stores what its
amount was computed from. It never knows whether a document was paid: that is derived from the open item.
"""
