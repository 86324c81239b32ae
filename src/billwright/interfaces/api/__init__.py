"""The HTTP API: the same verbs as the pages and the commands, as JSON.

One call does one verb. Every POST carries an Idempotency-Key; lists page by key; every refusal is a problem document
of RFC 9457; money is {"amount": "12.30", "currency": "ZAR"}, never a number.
"""
