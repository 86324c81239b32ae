"""Access: who may act, up to which amount, and with whose approval.

Owns staff users, their roles per legal entity, authority limits, approvals, API tokens, second factors, sessions and
log-in attempts. Promises that every verb is decided in one place (`policies.decide`), that a refusal names its rule
and who may approve, and that nobody decides on a request of their own. Never knows what a verb does: the workflow
runs it.
"""
