"""What jobs do one by one: what refuses, or fails, keeps no other from its turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import DatabaseError

from billwright.kernel.errors import Refusal
from billwright.kernel.refusals import refusal_of
from billwright.org.queries import LegalEntityRow, list_legal_entities

Thing = TypeVar("Thing")
logger = structlog.get_logger(__name__)


def at_each_company(work: Callable[[LegalEntityRow], int], *, job: str) -> int:
    """Do it in each company and add up what it returns; a refusal is told in the log, under the name of the job.

    `work` opens its own transactions, so that what refuses in one company undoes nothing of another.
    """
    return at_each(list_legal_entities(), work, job=job, name=lambda entity: entity.code)


def at_each(
    things: Iterable[Thing], work: Callable[[Thing], int], *, job: str, name: Callable[[Thing], str | int]
) -> int:
    """Do it at each of the things and add up what it returns; the log tells which refused, by the names given to them.

    `work` opens its own transactions, as in `at_each_company`. What the database refuses counts too: a closed period,
    a row that somebody else holds. Any other error is a mistake of ours: the first is raised, so that the job is seen
    to fail, but once all have had their turn.
    """
    total = 0
    failures: list[Exception] = []
    for thing in things:
        try:
            total += work(thing)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                logger.exception("a turn failed", job=job, of=name(thing))
                failures.append(error)
            else:
                logger.warning("a turn was refused", job=job, of=name(thing), code=refusal.code, why=str(refusal))
    if failures:
        raise failures[0]
    return total


def _refusal(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    return refusal_of(error) if isinstance(error, DatabaseError) else None
