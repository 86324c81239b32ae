"""A transaction of which nothing stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back() -> Iterator[None]:
    """Do something for real, look at what it came to, and leave nothing of it behind: the way of every preview.

    A savepoint where a transaction is open. Raises what is raised within.
    """
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
