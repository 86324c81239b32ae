"""What it costs to keep what amounts follow from: the same run without the columns, parts, discounts and seals.

The product has no such switch. The copy of the steps that is made here leaves out what only explains an amount; what
bills, posts, guards against billing twice and moves marks stays.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from billwright.kernel.sql import Step
from billwright.workflow.bill_run import pipeline

LEFT_OUT = {"write_parts", "write_discounts"}
# Columns of a line that no document, posting or key needs, and what stands in them instead.
EMPTY_COLUMNS = {
    "price_id": "null", "formula": "0", "billed_quantity": "null", "days": "null", "base_days": "null",
    "period_from": "null", "period_to": "null", "share_percent": "null", "rounding": "null", "clause": "''",
    "usage_count": "0", "usage_digest": "null", "gross_minor": "null", "gross_discount_minor": "null",
    "exact_amount": "null", "exact_discount": "null",
}  # fmt: skip


@contextmanager
def without_derivations() -> Iterator[None]:
    """Bill runs within it keep no derivations."""
    steps = tuple(_bare(step) for step in pipeline.WRITE if step.name not in LEFT_OUT)
    with patch.object(pipeline, "WRITE", steps), patch.object(pipeline, "_seal", lambda log: None):
        yield


def _bare(step: pipeline.PipelineStep) -> pipeline.PipelineStep:
    if not isinstance(step, Step) or step.name != "write_lines":
        return step
    body = step.body
    for column, value in EMPTY_COLUMNS.items():
        body, count = re.subn(rf"^    (l\.{column}|.* as {column}),?$", f"    {value} as {column},", body, flags=re.M)
        assert count == 1, f"write_lines no longer writes {column} in a line of its own"
    return replace(step, body=re.sub(r",\nfrom run_post", "\nfrom run_post", body))
