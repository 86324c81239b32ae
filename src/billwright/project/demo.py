"""`billwright demo`: load the demo book into an empty installation, and open the product."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from billwright.access.states import OPERATOR_ACTOR
from billwright.connectors.payment_simulator import Faults
from billwright.interfaces.cli.cores import core_count
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import list_legal_entities
from billwright.project.collector import collecting_seldom
from billwright.project.demo_gateways import FAULTS, SEED, card_desk
from billwright.project.demo_processes import Processes, hurry
from billwright.project.home import Home
from billwright.project.runtime.address import address, choose_port
from billwright.project.runtime.cli import up
from billwright.project.runtime.schema import read_statistics
from billwright.project.runtime.state import supervised
from billwright.project.simulator import served
from billwright.workflow.demo import DemoReport, load_demo
from billwright.workflow.demo.cast import COMPANIES
from billwright.workflow.demo.life import Life
from billwright.workflow.demo.staff import ADMINISTRATOR, PASSWORD
from billwright.workflow.demo.story import ACCOUNT_COUNT, MONTH_COUNT, Abreast, in_turn

# Below this a process takes longer to start than to live.
ACCOUNT_MONTHS_MIN = 4000


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("demo")(demo)


def demo(
    load_only: bool = typer.Option(False, help="Load the book, print its tie-out and exit."),
    as_json: bool = typer.Option(False, "--json", help="Print the tie-out as one JSON object."),
    accounts: int = typer.Option(ACCOUNT_COUNT, min=8, max=200_000, help="How many accounts."),
    months: int = typer.Option(MONTH_COUNT, min=1, max=60, help="How many months of history."),
    last_day: datetime | None = typer.Option(
        None, formats=["%Y-%m-%d"], help="The last day of the history; by default today."
    ),
    port: int | None = typer.Option(None, min=1, max=65535, help="Port of the web server."),
) -> None:
    """Make a plainly invented group with 14 months of history, and open the product.

    A second call finds the book and opens it. An installation with a book of its own, or half of this one, is refused.
    """
    codes = {entity.code for entity in list_legal_entities()}
    unfinished = Home.of(settings.BILLWRIGHT).unfinished_demo_file
    _refuse_other_books(codes, unfinished)
    if not codes:
        day = last_day.date() if last_day else clock.now().date()
        unfinished.touch()
        report = _load(day, accounts=accounts, months=months, quiet=as_json)
        unfinished.unlink()
        _say(report, as_json=as_json)
    elif as_json or load_only:
        raise Refusal("demo.loaded", "The demo book is loaded already.", cure="Open it with: billwright demo")
    if load_only:
        return
    typer.echo(f"Log in as {ADMINISTRATOR!r}, or as demo-cash-applier, demo-collector, ... Password: {PASSWORD}")
    _open(port)


def _refuse_other_books(codes: set[str], unfinished: Path) -> None:
    """A book of its own is left alone, and half a demo book is not taken for a whole one."""
    if codes - {company.code for company in COMPANIES}:
        raise Refusal(
            "demo.not_empty",
            "This installation holds a book of its own.",
            cure="Name another home: BILLWRIGHT_HOME=./demo billwright demo",
        )
    if codes and unfinished.exists():
        raise Refusal(
            "demo.unfinished",
            "The demo book is not whole: its load was ended in between.",
            cure=f"Make it anew: billwright down, remove {unfinished.parent} (or empty the server's database),"
            " billwright demo",
        )


def _open(port: int | None) -> None:
    """Open the product, with the SIMULATOR beside it at which the demo's gateways are set up."""
    config = settings.BILLWRIGHT
    home = Home.of(config)
    if supervised(home):
        up(port=port, host=None, detach=False)
        return
    port = choose_port(config, home, asked=port)
    with served(webhooks_to=address(config.host, port), faults=Faults(SEED, FAULTS)) as gateways:
        if gateways:
            typer.echo("The SIMULATOR of its payment gateways runs with it: no real money moves.")
        up(port=port, host=None, detach=False)


def _load(last_day: Any, *, accounts: int, months: int, quiet: bool) -> DemoReport:
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    bar = Progress(*columns, console=Console(stderr=True), disable=quiet)
    task = bar.add_task("Making the demo book")

    def progress(done: int, whole: int, what: str) -> None:
        bar.update(task, completed=done, total=whole, description=what)

    # The processes first: they are forked before the bar and the simulator have threads.
    with _abreast(accounts * months) as abreast, bar, collecting_seldom(), card_desk() as rooms:
        hurry()
        report = load_demo(
            actor=OPERATOR_ACTOR,
            last_day=last_day,
            progress=progress,
            account_count=accounts,
            months=months,
            further_rooms=rooms,
            abreast=abreast,
        )
    # A book loaded at one go has no statistics yet, and the first pages would be planned blindly.
    read_statistics()
    return report


@contextmanager
def _abreast(account_months: int) -> Iterator[Abreast]:
    """How the companies live: where there is enough to do, in as many processes as there are cores."""
    if account_months < ACCOUNT_MONTHS_MIN:
        yield in_turn
        return
    count = min(core_count(), len(COMPANIES))
    if count == 1:
        yield lambda *lives: _with_statistics(in_turn(*lives))
        return
    with Processes(count) as processes:
        yield lambda *lives: _with_statistics(processes.live(*lives))


def _with_statistics(lives: Sequence[Life]) -> Sequence[Life]:
    """Histories written at one go have no statistics, and the desks that now work on them would be planned blindly."""
    read_statistics()
    return lives


def _say(report: DemoReport, *, as_json: bool) -> None:
    ties = all(row.ties for row in report.tie_outs)
    if as_json:
        typer.echo(json.dumps({**_as_dict(report), "ties": ties}))
    else:
        typer.echo(
            f"{report.account_count} accounts, {report.subscription_count} subscriptions,"
            f" {report.payment_count} receipts from {report.first_day} to {report.last_day}."
        )
        for row in report.tie_outs:
            said = "ties" if row.ties else "DIFFERS"
            billed = Money(row.billed_minor, row.currency)
            typer.echo(
                f"  {row.entity}: {row.document_count} documents, {billed} billed; sub-ledger and ledger: {said}"
            )
    if not ties:
        raise typer.Exit(1)


def _as_dict(report: DemoReport) -> dict[str, Any]:
    return {
        "first_day": report.first_day.isoformat(),
        "last_day": report.last_day.isoformat(),
        "accounts": report.account_count,
        "subscriptions": report.subscription_count,
        "payments": report.payment_count,
        "tie_out": [
            {
                "entity": row.entity,
                "currency": row.currency,
                "documents": row.document_count,
                "billed": _major(row.billed_minor, row.currency),
                "receivables_control": _major(row.receivables_minor, row.currency),
                "open_items": _major(row.open_items_minor, row.currency),
                "unallocated_control": _major(row.unallocated_control_minor, row.currency),
                "unallocated": _major(row.unallocated_minor, row.currency),
                "trial_balance": _major(row.trial_balance_minor, row.currency),
                "difference": _major(
                    row.receivables_minor
                    - row.open_items_minor
                    + row.unallocated_control_minor
                    - row.unallocated_minor,
                    row.currency,
                ),
            }
            for row in report.tie_outs
        ],
    }


def _major(amount_minor: int, currency: str) -> str:
    return f"{Money(amount_minor, currency).decimal:f}"
