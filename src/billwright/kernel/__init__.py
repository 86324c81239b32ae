"""The kernel: mechanics that every part shares, and no noun of the business.

It owns three technical tables (idempotency keys, outbox events, audit events) and the value types for money,
periods and states. It promises that money never is a float, that a verb asks for authority, leaves an audit row
and may be repeated for free. It never reads a clock below the interfaces, a current user or a setting.
"""
