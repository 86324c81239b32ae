"""The stored derivation of documents: the rows from which every amount on them can be recomputed, as plain values.

A derivation is a mapping made of JSON alone (`sql/read_derivations.sql` says of what): numbers are `int` or `Decimal`,
dates ISO texts. `rating.evaluator` recomputes it; `workflow.explanations` puts it in words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from django.db import connection

from billwright.invoicing.queries.documents import not_found
from billwright.kernel.sql import step

CHUNK = 500
Derivation = dict[str, Any]


def get_derivation(invoice_id: int) -> Derivation:
    """The derivation of one issued document. Raises NotFound for a draft, too: it owes nobody an explanation."""
    for derivation in stream_derivations(invoice_ids=[invoice_id]):
        return derivation
    raise not_found()


def stream_derivations(
    *, invoice_ids: Collection[int] | None = None, run_id: int | None = None
) -> Iterator[Derivation]:
    """The derivations of issued documents by id, read in chunks: of some, of one bill run, or of all."""
    after_id = 0
    while True:
        rows = _chunk(after_id, invoice_ids, run_id)
        for _, text in rows:
            yield json.loads(text, parse_float=Decimal)
        if len(rows) < CHUNK:
            return
        after_id = rows[-1][0]


def _chunk(after_id: int, invoice_ids: Collection[int] | None, run_id: int | None) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        return [
            (row[0], row[1])
            for row in step("billwright.invoicing", "read_derivations").rows(
                cursor,
                {
                    "after_id": after_id,
                    "invoice_ids": sorted(invoice_ids) if invoice_ids is not None else None,
                    "run_id": run_id,
                    "limit": CHUNK,
                },
            )
        ]
