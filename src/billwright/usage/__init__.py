"""Usage: meters and the records that arrive for them, each counted once however often it is sent.

A record belongs to a subscription and to the local day on which it happened. What it costs is decided by rating and
the bill run; a record is never changed, only followed by another.
"""
