"""Builders of the kernel: readable literals, no randomness."""

from __future__ import annotations

from datetime import UTC, datetime

from billwright.kernel.acts import Act

# The built-in operator holds every right: domain tests are about money, the tests of access about rights.
OPERATOR = "user:0"


def make_act(
    *, at: str = "2026-01-31T10:00:00", reason: str = "", key: str | None = None, actor: str = OPERATOR
) -> Act:
    return Act(actor=actor, at=datetime.fromisoformat(at).replace(tzinfo=UTC), reason=reason, key=key)
