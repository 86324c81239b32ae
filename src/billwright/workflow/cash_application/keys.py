"""What open documents are looked for by: brought up to date before receipts are looked at."""

from __future__ import annotations

from billwright.kernel.locking import lock_names
from billwright.workflow.cash_application.receipts import run_step

# Keys are filled in so many shares: as many workers fill them at once.
KEY_SHARDS = 4


def refresh_keys(*, shard: int | None = None) -> int:
    """Bring what is looked for in texts up to date with the open items; returns how many keys are new.

    One at a time: whoever comes second waits, and then finds the keys there. Workers side by side ask for one share
    after another (see `shards_from`), each in a transaction of its own.
    """
    shards = range(KEY_SHARDS) if shard is None else [shard]
    lock_names(*[f"match-keys:{one}" for one in shards])
    share = {"shard": shard or 0, "shard_count": 1 if shard is None else KEY_SHARDS}
    run_step("020_forget_paid_keys", share)
    return run_step("010_fill_match_keys", share)


def shards_from(worker: int) -> list[int]:
    """All shares of the keys in the order in which a worker brings them up to date: not that of the others."""
    return [(worker + place) % KEY_SHARDS for place in range(KEY_SHARDS)]
