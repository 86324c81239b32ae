"""What jobs do company by company: one that refuses keeps no other from its turn."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from billwright.kernel.errors import Refusal
from billwright.org.queries import LegalEntityRow, list_legal_entities

logger = structlog.get_logger(__name__)


def at_each_company(work: Callable[[LegalEntityRow], int], *, job: str) -> int:
    """Do it in each company and add up what it returns; a refusal is told in the log, under the name of the job.

    `work` opens its own transactions, so that what refuses in one company undoes nothing of another.
    """
    total = 0
    for entity in list_legal_entities():
        try:
            total += work(entity)
        except Refusal as refusal:
            logger.warning("a company refused", job=job, entity=entity.code, code=refusal.code, why=str(refusal))
    return total
