"""Scenario files: business tests as code."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from billwright.access.states import OPERATOR_ACTOR
from billwright.workflow.scenarios.running import Outcome, prepare_scratch, run_text

app = typer.Typer(help="Act out scenario files in scratch databases.", no_args_is_help=True)


@app.callback()
def scenario() -> None:
    """Act out scenario files in scratch databases: business tests as code."""


@app.command("run")
def run(
    files: Annotated[list[Path], typer.Argument(help="Scenario files (YAML).", exists=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file, each on one line.")] = False,
) -> None:
    """Exit code 0: expectations met · 1: differences · 2: a file is wrong; of several files the worst."""
    worst = 0
    for outcome in _run_all(files):
        worst = max(worst, outcome.exit_code)
        if as_json:
            print(json.dumps(outcome.result, ensure_ascii=False), flush=True)
        else:
            _show(outcome)
    raise typer.Exit(worst)


def _run_all(files: list[Path]) -> Iterator[Outcome]:
    """The outcomes in the order given; several files are acted out abreast, each in a process and world of its own."""
    workers = min(len(files), os.cpu_count() or 1)
    if workers < 2:
        yield from map(_run, files)
        return
    prepare_scratch()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(_run, files)


def _run(file: Path) -> Outcome:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        says = f"The file cannot be read: {error}."
        wrong = {"line": 1, "says": says, "cure": "Name a readable file in UTF-8."}
        return Outcome(str(file), 2, {"file": str(file), "error": wrong})
    return run_text(text, file=str(file), actor=OPERATOR_ACTOR)


def _show(outcome: Outcome) -> None:
    console = Console()
    if outcome.exit_code == 2:
        error = outcome.result["error"]
        console.print(f"[red]{outcome.file}:{error['line']}[/red] {error['says']} {error['cure']}")
        return
    if outcome.exit_code == 0:
        console.print(f"[green]{outcome.file}[/green] as expected")
        return
    console.print(f"[red]{outcome.file}[/red]")
    for refused in outcome.result["refused"]:
        console.print(f"  act {refused['act']} was refused: {refused['says']} ({refused['rule']})")
    if outcome.differences:
        table = Table("where", "expected", "is")
        for difference in outcome.differences:
            table.add_row(difference.path, _plain(difference.expected), _plain(difference.actual))
        console.print(table)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
