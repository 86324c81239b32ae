"""How long a printed invoice takes, warm and in one process; the floor is a document of one line."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from billwright.render.documents import PrintedDocument
from billwright.render.pdf import render_pdf
from billwright.render.tests import samples

REPEATS = 10


def _seconds(print_one: Callable[[int], object]) -> float:
    """The mean over some prints, each with a number of its own, so that no cache answers."""
    print_one(-1)
    started = time.perf_counter()
    for number in range(REPEATS):
        print_one(number)
    return (time.perf_counter() - started) / REPEATS


def _printer(invoice: PrintedDocument) -> Callable[[int], object]:
    return lambda number: render_pdf(replace(invoice, number=f"INV-{number}"))


def main(_arguments: Sequence[str] = ()) -> None:
    floor = _seconds(_printer(samples.make_invoice("en", line_count=1)))
    for line_count in (3, 46, 400):
        seconds = _seconds(_printer(samples.make_invoice("en", line_count=line_count)))
        case = {
            "name": "pdf",
            "lines": line_count,
            "seconds": round(seconds, 4),
            "rate": round(1 / seconds, 1),
            "floor_seconds": round(floor, 4),
            "ratio": round(seconds / floor, 2),
            "machine": f"{os.cpu_count()} cores",
        }
        print(json.dumps(case))
