"""The commands of the product, one module a noun, each with ``app: typer.Typer``.

A command parses, calls one verb or read of a domain or a workflow, and prints. The composition root joins these with
the commands of the runtime (``up``, ``backup`` and so on) and prepares the database before any of them runs.
"""

from collections.abc import Iterator
from importlib import import_module

import typer

# The name that people type and the module that holds its commands; a name of "" puts them at the top, without a noun.
COMMANDS: tuple[tuple[str, str], ...] = (("bill-run", "bill_run"),)


def sub_apps() -> Iterator[tuple[str, typer.Typer]]:
    """Each name with its commands, in the order of the list above. Imports the modules, so Django must be ready."""
    for name, module in COMMANDS:
        yield name, import_module(f"billwright.interfaces.cli.{module}").app
