"""Proving a book: every line of every issued document recomputed by the independent evaluator."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from billwright.invoicing.queries.derivations import stream_derivations
from billwright.rating.evaluator import Mismatch, evaluate

MISMATCHES_SHOWN = 100
REPORT_EVERY = 5000


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of documents came to. `mismatches` holds the first of them, `mismatched_count` counts lines."""

    document_count: int
    line_count: int
    mismatched_count: int
    mismatches: tuple[Mismatch, ...]

    @property
    def ok(self) -> bool:
        return self.mismatched_count == 0


def verify_documents(
    *,
    invoice_ids: Collection[int] | None = None,
    run_id: int | None = None,
    progress: Callable[[int], None] = lambda _count: None,
) -> Verification:
    """Recompute issued documents from their stored derivation: some, those of one bill run, or all.

    Reads in chunks and holds no more than one; `progress` is told the number of documents every so often.
    """
    documents = lines = mismatched = 0
    found: list[Mismatch] = []
    for derivation in stream_derivations(invoice_ids=invoice_ids, run_id=run_id):
        wrong = evaluate(derivation)
        documents += 1
        lines += len(derivation["lines"])
        mismatched += len({one.line_no for one in wrong})
        found += wrong[: MISMATCHES_SHOWN - len(found)]
        if documents % REPORT_EVERY == 0:
            progress(documents)
    return Verification(documents, lines, mismatched, tuple(found))
