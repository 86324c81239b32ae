"""billwright collect: runs of debits, their files, the banks' answers, and the queue of what failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, civil_day, day_or_today, print_json, print_table
from billwright.interfaces.cli.schedules import choose_schedule
from billwright.kernel import clock
from billwright.org.queries import get_legal_entity
from billwright.payments.collecting_rows import CollectionRow, CollectionRunRow
from billwright.payments.queries import collections as queries
from billwright.payments.queries.bank import list_bank_entries
from billwright.payments.states import BankEntryState
from billwright.workflow import collecting, gateway_intake
from billwright.workflow.card_runs import SCHEDULE
from billwright.workflow.collection_news import announce_debits

app = typer.Typer(help=_("Collecting: runs of debits, the banks' answers, and what failed."))

RUN = typer.Argument(..., metavar="RUN", help="As `collect list` gives it.")
DEBIT = typer.Argument(..., metavar="ID", help="As `collect failed` gives it.")


@app.callback()
def collect() -> None:
    """Collecting: runs of debits, the banks' answers, and what failed."""


@app.command()
def prepare(
    company: str = typer.Argument(..., metavar="COMPANY", help="The company's code."),
    scheme: str = typer.Argument(..., metavar="SCHEME", help="Such as sepa-core; `card` for kept cards and wallets."),
    on: str = typer.Option("", "--on", metavar="DAY", help="Action day (default: the earliest that the bank takes)."),
    currency: str = typer.Option("", "--currency", help="Of cards: which (default: the company's own)."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Choose what is due and may be debited; it is held from then on."""
    with transaction.atomic():
        row = collecting.prepare_run(
            act=act_as(username),
            legal_entity_id=get_legal_entity(code=company).id,
            scheme=scheme,
            action_day=civil_day(on, field="on") if on else None,
            currency=currency,
        )
    _show([row], as_json=as_json)
    if not as_json:
        _show_findings(row.id)


def _show(rows: list[CollectionRunRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Collection runs"),
        [_("id"), _("scheme"), _("action day"), _("file by"), _("state"), _("debits"), _("total")],
        [(r.id, r.scheme, r.action_day, r.submit_by, r.state, r.collection_count, r.total) for r in rows],
    )


def _show_findings(run_id: int) -> None:
    findings = queries.list_findings(run_id)
    if findings:
        print_table(
            _("Left out"),
            [_("account"), _("why"), _("amount"), ""],
            [(one.account_id, one.kind, one.amount, one.says) for one in findings],
        )


def _moved(verb: Callable[..., CollectionRunRow], run_id: int, username: str, *, as_json: bool) -> None:
    with transaction.atomic():
        row = verb(act=act_as(username), collection_run_id=run_id)
    _show([row], as_json=as_json)


@app.command()
def check(run: int = RUN, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Look at every debit once more, and write the file for trial."""
    _moved(collecting.check_run, run, username, as_json=as_json)


@app.command()
def approve(run: int = RUN, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Agree to a checked run: not who prepared it."""
    _moved(collecting.approve_run, run, username, as_json=as_json)


@app.command()
def submit(
    run: int = RUN,
    out: Path = typer.Option(Path(), "--out", metavar="FILE", help="Where to write the file (default: nowhere)."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Write the file of an approved run and keep it; from then on the debits are with the bank.

    A run of cards has no file: a job asks the gateways for its debits within a minute, or `collect charge` now.
    """
    _moved(collecting.submit_run, run, username, as_json=as_json)
    if out != Path():
        out.write_bytes(collecting.read_run_file(run)[1])


@app.command()
def charge(run: int = RUN, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Ask the gateways for the debits of a submitted run of cards; the job does the same, each debit once."""
    count = gateway_intake.charge_run(act=act_as(username), collection_run_id=run)
    if as_json:
        print_json({"asked": count})
        return
    typer.echo(_("%(count)d debits were asked for.") % {"count": count})
    _show([queries.get_run(run)], as_json=False)


@app.command()
def schedule(
    company: str = typer.Argument(..., metavar="COMPANY", help="The company's code."),
    value: str = typer.Argument("", metavar="[never|prepare|debit]", help="What happens each morning; empty: show it."),
    since: str = typer.Option("", "--from", metavar="DAY", help="From this day on (default: today)."),
    username: str = AS_USER,
) -> None:
    """Let what is due be collected from kept cards by itself: prepared for approval, or debited."""
    entity = get_legal_entity(code=company)
    day = day_or_today(since, field="since", legal_entity_id=entity.id)
    choose_schedule(username=username, entity=entity, option=SCHEDULE, value=value, day=day)


@app.command()
def discard(run: int = RUN, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Give a run up before it is submitted."""
    _moved(collecting.discard_run, run, username, as_json=as_json)


@app.command()
def cancel(
    collection_id: int = typer.Argument(..., metavar="ID", help="As `collect show` gives it."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take a debit out of a run that is not yet approved, or of cards and not yet asked for: its due is free again."""
    with transaction.atomic():
        row = collecting.cancel_collection(act=act_as(username), collection_id=collection_id)
    _show([row], as_json=as_json)


@app.command()
def settle(
    on: str = typer.Option("", "--on", metavar="DAY", help="Default: the day that has begun everywhere."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record the receipts of debits whose day has come and of which the bank said nothing else."""
    day = civil_day(on, field="on") if on else clock.day_begun_everywhere(clock.now())
    rows = []
    for run in queries.waiting_runs(on=day):
        with transaction.atomic():
            rows.append(collecting.settle_run(act=act_as(username), collection_run_id=run.id, on=day))
    _show(rows, as_json=as_json)


@app.command()
def announce(
    company: str = typer.Argument(..., metavar="COMPANY", help="Code of the company."),
    on: str = typer.Option("", "--on", metavar="DAY", help="Default: today."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Queue the mails that tell customers of debits to come; the daily job does the same, each once."""
    entity = get_legal_entity(code=company)
    day = day_or_today(on, field="on", legal_entity_id=entity.id)
    with transaction.atomic():
        queued = announce_debits(act=act_as(username), legal_entity_id=entity.id, as_of=day)
    print_json({"queued": queued}) if as_json else typer.echo(_("%(count)d mails queued.") % {"count": queued})


@app.command()
def results(
    files: list[Path] = typer.Argument(..., metavar="FILE...", help="Answers and returns of the bank."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take the banks' answers in. Exit code 1: an answer was left aside, with the reason."""
    rows = []
    for file in files:
        with transaction.atomic():
            rows.append(collecting.take_results(act=act_as(username), name=file.name, content=file.read_bytes()))
    if as_json:
        print_json(rows)
    else:
        print_table(
            _("Answers"),
            [_("format"), _("paid"), _("failed"), _("returned"), _("known"), _("corrected"), _("left aside")],
            [
                (
                    r.format,
                    r.paid_count,
                    r.failed_count,
                    r.returned_count,
                    r.repeated_count,
                    r.changed_count,
                    len(r.aside),
                )
                for r in rows
            ],
        )
        for row in rows:
            for one in row.aside:
                typer.secho(f"{one.end_to_end} {one.code}: {one.why}", fg="yellow", err=True)
    if any(row.aside for row in rows):
        raise typer.Exit(1)


@app.command()
def bank(username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Work new entries of the bank inbox that speak of debits: sums of runs, and debits that came back."""
    entries = list_bank_entries(state=BankEntryState.NEW, limit=1000)
    with transaction.atomic():
        handled = collecting.take_bank_entries(
            act=act_as(username), bank_entry_ids=tuple(entry.id for entry in entries)
        )
    if as_json:
        print_json(handled)
        return
    typer.echo(
        _("%(handled)d of %(count)d entries spoke of debits.") % {"handled": len(handled), "count": len(entries)}
    )


@app.command("list")
def list_runs(
    scheme: str = typer.Option("", "--scheme", help="Only of this scheme."),
    state: str = typer.Option("", "--state", help="Only in this state."),
    limit: int = typer.Option(50, "--limit", help="How many at the most."),
    as_json: bool = AS_JSON,
) -> None:
    """Runs, the latest action day first."""
    _show(queries.list_runs(scheme=scheme, state=state.upper(), limit=limit), as_json=as_json)


@app.command()
def show(run: int = RUN, as_json: bool = AS_JSON) -> None:
    """The debits of a run, and what it left out."""
    debits = queries.list_collections(run_id=run, limit=None)
    _show_debits(debits, as_json=as_json)
    if not as_json:
        _show_findings(run)


def _show_debits(rows: list[CollectionRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Debits"),
        [_("id"), _("account"), _("from"), _("amount"), _("try"), _("state"), _("code"), _("kind"), _("plan"), _("on")],
        [
            (
                r.id, r.account_id, r.method_label, r.amount, r.attempt_no, r.state, r.code, r.kind, r.plan,
                r.retry_on or "",
            )
            for r in rows
        ],
    )  # fmt: skip


@app.command()
def failed(
    kind: str = typer.Option("", "--kind", help="retry_later, needs_customer, never_again or disputed."),
    plan: str = typer.Option("", "--plan", help="RETRY, FALLBACK, CONTACT, STOP or ANSWER."),
    limit: int = typer.Option(50, "--limit", help="How many at the most."),
    as_json: bool = AS_JSON,
) -> None:
    """The queue: debits that failed or came back and are not dealt with."""
    _show_debits(queries.list_failed(kind=kind.lower(), plan=plan.upper(), limit=limit), as_json=as_json)


@app.command()
def fail(
    collection_id: int = DEBIT,
    code: str = typer.Option(..., "--code", help="As the bank gave it."),
    on: str = typer.Option("", "--on", metavar="DAY", help="Of which day; none: today."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record by hand that a debit failed, or that its money was taken back."""
    debit = queries.get_collection(collection_id)
    day = day_or_today(on, field="on", legal_entity_id=debit.legal_entity_id)
    with transaction.atomic():
        row = collecting.record_failure(act=act_as(username), collection_id=collection_id, code=code, on=day)
    _show_debits([row], as_json=as_json)


@app.command("retry-on")
def retry_on(
    collection_id: int = DEBIT,
    day: str = typer.Argument(..., metavar="DAY", help="When it is tried again."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Choose another day for a retry, within what the rules allow."""
    with transaction.atomic():
        row = collecting.retry_on(act=act_as(username), collection_id=collection_id, day=civil_day(day, field="day"))
    _show_debits([row], as_json=as_json)


@app.command()
def resolve(
    collection_id: int = DEBIT,
    reason: str = typer.Option(..., "--reason", help="What was agreed with the customer."),
    again: bool = typer.Option(True, "--again/--never", help="Due for the next run, or never debited again."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take a failure out of the queue."""
    with transaction.atomic():
        row = collecting.resolve_failure(
            act=act_as(username, reason=reason), collection_id=collection_id, collect_again=again
        )
    _show_debits([row], as_json=as_json)
