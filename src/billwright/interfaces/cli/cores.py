"""How many cores a command may keep busy."""

from __future__ import annotations

import os


def core_count() -> int:
    """The cores that this process may use: fewer than the machine's, where a container or `taskset` says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
