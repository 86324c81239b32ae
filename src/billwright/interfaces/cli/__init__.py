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


def sub_apps(noun: str = "") -> Iterator[tuple[str, typer.Typer]]:
    """Every module's commands under its ``NAME``, by default the module's own with dashes; "" puts them at the top.

    With a noun that a module is named after, that module's alone: to load the others takes longer than most commands.
    Modules without ``app`` are helpers. Imports the modules, so Django must be ready.
    """
    names = sorted(found.name for found in iter_modules(__path__))
    for name in ({noun.replace("-", "_")} & set(names)) or names:
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "app"):
            yield getattr(module, "NAME", name.replace("_", "-")), module.app
