"""Scenario files: business tests as code."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billwright.access.states import OPERATOR_ACTOR
from billwright.interfaces.cli.acting import print_json
from billwright.interfaces.cli.cores import core_count
from billwright.interfaces.cli.explain import show_explanation
from billwright.workflow.explanations import Explanation
from billwright.workflow.scenarios.explaining import explain_in_world
from billwright.workflow.scenarios.ports import prepare_scratch
from billwright.workflow.scenarios.reading import FileError
from billwright.workflow.scenarios.running import REPORT, Outcome, run_text, wrong_file
from billwright.workflow.scenarios.world import Stage

app = typer.Typer(help="Act out scenario files in scratch databases.", no_args_is_help=True)


@app.callback()
def scenario() -> None:
    """Act out scenario files in scratch databases: business tests as code."""


@app.command("run")
def run(
    files: Annotated[list[Path], typer.Argument(help="Scenario files (YAML).", exists=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file, each on one line.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep each world's database and say where it is.")] = False,
) -> None:
    """Exit code 0: expectations met · 1: differences · 2: a file is wrong; of several files the worst."""
    worst = 0
    for outcome in _run_all(files, keep=keep):
        if outcome.address:
            typer.echo(f"{outcome.file} is kept: psql '{outcome.address}'", err=True)
        worst = max(worst, outcome.exit_code)
        if as_json:
            print(json.dumps(outcome.result, ensure_ascii=False), flush=True)
        else:
            _show(outcome)
    raise typer.Exit(worst)


@app.command("explain")
def explain(
    file: Annotated[Path, typer.Argument(help="A scenario file (YAML).", exists=False)],
    invoice: Annotated[str, typer.Option(help="Which document: its place among the invoices, or its name.")] = "1",
    line: Annotated[int, typer.Option(help="Only this line.")] = 0,
    language: Annotated[str, typer.Option(help="en, af, bg, de or hi (default: the account's).")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Every number of one document of the world, derived. Exit code 2: the file is wrong, or has no such document."""
    explained: list[Explanation] = []

    def look(stage: Stage) -> dict[str, Any]:
        explained.append(explain_in_world(stage, invoice, line_no=line or None, language=language))
        return {}

    text = _read(file)
    outcome = text if isinstance(text, Outcome) else run_text(text, file=str(file), actor=OPERATOR_ACTOR, then=look)
    if outcome.exit_code == 2:
        print(json.dumps(outcome.result, ensure_ascii=False)) if as_json else _show(outcome)
        raise typer.Exit(2)
    if as_json:
        print_json(explained[0])
    else:
        show_explanation(explained[0])


def _run_all(files: list[Path], *, keep: bool) -> Iterator[Outcome]:
    """The outcomes in the order given; several files are acted out abreast, each in a process and world of its own."""
    workers = min(len(files), core_count())
    one = partial(_run, keep=keep)
    if workers < 2 and not keep:
        yield from map(one, files)
        return
    prepare_scratch(keeps=keep)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(one, files)


def _run(file: Path, *, keep: bool) -> Outcome:
    text = _read(file)
    if isinstance(text, Outcome):
        return text
    try:
        return run_text(text, file=str(file), actor=OPERATOR_ACTOR, keep=keep)
    except Exception as error:
        # A mistake of ours in one world must not take the other files with it.
        return wrong_file(str(file), FileError(1, f"The world failed inside Billwright: {error!r}.", REPORT))


def _read(file: Path) -> str | Outcome:
    """The text of a file, or what is wrong with it."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return wrong_file(
            str(file), FileError(1, f"The file cannot be read: {error}.", "Name a readable file in UTF-8.")
        )


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
