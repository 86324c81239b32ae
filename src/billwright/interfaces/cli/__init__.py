"""The commands of the product, one module a noun, each with ``app: typer.Typer``.

A command parses, calls one verb or read of a domain or a workflow, and prints. The composition root joins these with
the commands of the runtime (``up``, ``backup`` and so on) and prepares the database before any of them runs.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import typer

# Commands that bring their own database, or need none: a whole noun, or one verb of it.
WITHOUT_DATABASE: frozenset[str] = frozenset({"ask", "bank parse", "remittance parse", "scenario"})


def sub_apps() -> Iterator[tuple[str, typer.Typer]]:
    """Every module's commands under its ``NAME``, by default the module's own with dashes; "" puts them at the top.

    Modules without ``app`` are helpers. Imports the modules, so Django must be ready.
    """
    for found in sorted(iter_modules(__path__), key=lambda one: one.name):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "app"):
            yield getattr(module, "NAME", found.name.replace("_", "-")), module.app
