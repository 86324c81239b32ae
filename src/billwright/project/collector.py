"""Python's collector of cycles, told what it need not look through.

It walks through all objects that live, again and again while many are made. Ours live as long as the process: the
modules, and the model classes that migrations render by the thousand. Looking through them finds nothing and took a
quarter of a first start.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Young objects before a look, looks before one at the older ones, and those before one at all.
SELDOM = (50_000, 20, 100)


@contextmanager
def keeping_what_is_made() -> Iterator[None]:
    """Look for nothing meanwhile, and leave out for ever what was made: for imports and set-up."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look seldom meanwhile: for work that makes many objects, few of them in cycles."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
