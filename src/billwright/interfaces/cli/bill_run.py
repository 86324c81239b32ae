"""billwright bill-run: create, prepare, check, approve, issue, preview; or the whole journey with `run`."""

from __future__ import annotations

from datetime import date, datetime

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli import bill_run_checks, bill_run_shadow
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table, today_at
from billwright.interfaces.cli.cores import core_count
from billwright.interfaces.cli.naming import account_id_named, account_ids_named, entity_id_named
from billwright.interfaces.cli.schedules import choose_schedule
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries import bill_run as queries
from billwright.invoicing.queries.bill_run import BillRunPage
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.workflow import bill_run
from billwright.workflow.billing_schedule import SCHEDULE

app = typer.Typer(help=_("Bill runs: what is due on a day, prepared, checked, approved and issued."))
app.add_typer(bill_run_shadow.commands, name="shadow")
app.add_typer(bill_run_checks.checks, name="checks")
app.add_typer(bill_run_checks.held, name="held")

AS_OF = typer.Option(None, "--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="Civil date of every account.")
CONNECTIONS = typer.Option(0, "--connections", help="Database connections to work with (default: one a processor).")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _connections(given: int) -> int:
    return given or min(core_count(), 4)


def _show(page: BillRunPage, as_json: bool) -> None:
    if as_json:
        print_json(page)
        return
    run, progress = page.run, page.progress
    typer.echo(
        _("Bill run %(id)s as of %(day)s: %(state)s, %(issued)s of %(shards)s shards issued, %(documents)s documents")
        % {
            "id": run.id,
            "day": run.as_of,
            "state": run.state,
            "issued": progress.issued_count,
            "shards": progress.shard_count,
            "documents": progress.document_count,
        }
    )
    rows = [
        (
            total.stage,
            total.legal_entity_id,
            total.document_count,
            total.line_count,
            Money(total.net_minor, total.currency),
            Money(total.tax_minor, total.currency),
            Money(total.total_minor, total.currency),
        )
        for total in page.totals
    ]
    print_table("", ("stage", "entity", "documents", "lines", "net", "tax", "total"), rows)
    for name, count in {**page.outcomes, **page.findings}.items():
        typer.echo(f"{name.lower()}: {count}")


@app.command()
def create(
    as_of: datetime | None = AS_OF,
    document_date: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="Date of the documents."),
    entity: str = typer.Option("", help="Code of one legal entity (default: all)."),
    account: list[str] | None = typer.Option(None, help="Only these billing accounts."),
    keep_lines: bool = typer.Option(False, help="Keep draft lines for review."),
    interim: bool = typer.Option(False, help="Bill the usage of running periods too, so far."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Plan a run. Without --as-of every account is billed by its own civil date of now."""
    with transaction.atomic():
        run = operations.create_bill_run(
            act=act_as(as_user),
            as_of=_day(as_of),
            document_date=_day(document_date),
            legal_entity_id=entity_id_named(entity),
            payer_ids=account_ids_named(account) if account else None,
            keep_lines=keep_lines,
            interim=interim,
        )
    _show(queries.get_bill_run_page(run.id), as_json)


@app.command()
def prepare(run: int, connections: int = CONNECTIONS, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Reckon what everybody would get. Nothing is booked; asked again it goes on, or prepares anew."""
    report = bill_run.prepare_bill_run(act=act_as(as_user), run_id=run, connections=_connections(connections))
    _show(report.page, as_json)


@app.command()
def check(run: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Say that totals and findings were gone through."""
    with transaction.atomic():
        operations.check_bill_run(act=act_as(as_user), run_id=run)
    _show(queries.get_bill_run_page(run), as_json)


@app.command()
def approve(run: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Release a checked run; not by the person who prepared it."""
    with transaction.atomic():
        operations.approve_bill_run(act=act_as(as_user), run_id=run)
    _show(queries.get_bill_run_page(run), as_json)


@app.command()
def issue(run: int, connections: int = CONNECTIONS, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Issue an approved run, or go on after a crash."""
    report = bill_run.issue_bill_run(act=act_as(as_user), run_id=run, connections=_connections(connections))
    _show(report.page, as_json)


@app.command()
def hold(run: int, account: str, reason: str, as_user: str = AS_USER) -> None:
    """Take an account out of a run, with a reason."""
    payer_id = account_id_named(account)
    with transaction.atomic():
        operations.hold_payer(act=act_as(as_user), run_id=run, payer_id=payer_id, reason=reason)
    typer.echo(_("%(account)s is held.") % {"account": account})


@app.command()
def release(run: int, account: str, as_user: str = AS_USER) -> None:
    """Take a held account into the run again."""
    payer_id = account_id_named(account)
    with transaction.atomic():
        operations.release_payer(act=act_as(as_user), run_id=run, payer_id=payer_id)
    typer.echo(_("%(account)s is in the run again.") % {"account": account})


@app.command()
def findings(
    run: int,
    severity: str = typer.Option("", help="NOTE, WARNING or BLOCK."),
    as_json: bool = AS_JSON,
) -> None:
    """List what the run found and nobody cleared."""
    rows = queries.list_findings(run_id=run, severity=severity.upper(), only_open=True, limit=1000)
    if as_json:
        print_json(rows)
        return
    print_table("", ("id", "severity", "code", "account", "facts"),
                [(row.id, row.severity, row.code, row.payer_id, row.facts) for row in rows])  # fmt: skip


@app.command()
def clear(run: int, finding: int, clearance: str, as_user: str = AS_USER) -> None:
    """Let a finding pass, with a reason."""
    with transaction.atomic():
        operations.clear_finding(act=act_as(as_user), run_id=run, finding_id=finding, clearance=clearance)
    typer.echo(_("Finding %(id)s is cleared.") % {"id": finding})


@app.command()
def discard(run: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Throw a run away before anything is issued."""
    with transaction.atomic():
        operations.discard_bill_run(act=act_as(as_user), run_id=run)
    _show(queries.get_bill_run_page(run), as_json)


@app.command()
def preview(
    account: str,
    as_of: datetime = typer.Option(..., "--as-of", formats=["%Y-%m-%d"], help="Civil date of the account."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Show what an account would get on a day. Nothing is kept."""
    found = bill_run.preview_accounts(act=act_as(as_user), payer_ids=account_ids_named([account]), as_of=as_of.date())
    if as_json:
        print_json(found)
        return
    for document in found.documents:
        print_table(
            f"{document.kind} {Money(document.total_minor, document.currency)} {document.split_key}".strip(),
            ("kind", "text", "from", "to", "net", "tax"),
            [
                (line.kind, line.text, line.service_from, line.service_to,
                 Money(line.amount_minor - line.discount_minor, document.currency),
                 Money(line.tax_minor, document.currency))
                for line in document.lines
            ],
        )  # fmt: skip
    for finding in found.findings:
        typer.echo(f"{finding.severity.lower()}: {finding.code}")


@app.command("list")
def list_runs(limit: int = 20, as_json: bool = AS_JSON) -> None:
    """List runs, the newest first."""
    runs = queries.list_bill_runs(limit=limit)
    if as_json:
        print_json(runs)
        return
    print_table("", ("id", "as of", "state", "created by", "description"),
                [(run.id, run.as_of, run.state, run.created_by, run.description) for run in runs])  # fmt: skip


@app.command()
def show(run: int, as_json: bool = AS_JSON) -> None:
    """Show a run: state, progress, totals, outcomes, findings."""
    _show(queries.get_bill_run_page(run), as_json)


@app.command()
def schedule(
    entity: str = typer.Argument(..., metavar="ENTITY", help="Code of the legal entity."),
    value: str = typer.Argument("", metavar="[never|prepare|issue]", help="What happens each night; empty: show it."),
    since: datetime | None = typer.Option(None, "--from", formats=["%Y-%m-%d"], help="From this day on (today)."),
    as_user: str = AS_USER,
) -> None:
    """Let a company's bill run start by itself each night: prepared for approval, or issued."""
    company = get_legal_entity(code=entity)
    day = _day(since) or today_at(company.id)
    choose_schedule(username=as_user, entity=company, option=SCHEDULE, value=value, day=day)


@app.command("run")
def whole_run(
    as_of: datetime | None = AS_OF,
    entity: str = typer.Option("", help="Code of one legal entity (default: all)."),
    account: list[str] | None = typer.Option(None, help="Only these billing accounts."),
    yes: bool = typer.Option(False, "--yes", help="Issue without asking."),
    connections: int = CONNECTIONS,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """The whole journey: create, prepare, check, approve, issue."""
    if not yes and not typer.confirm(_("Issue everything that is due?")):
        raise Refusal("bill_run.not_confirmed", _("Nothing was done."), cure=_("Answer yes, or add --yes."))
    report = bill_run.run_bill_run(
        act=act_as(as_user),
        as_of=_day(as_of),
        legal_entity_id=entity_id_named(entity),
        payer_ids=account_ids_named(account) if account else None,
        connections=_connections(connections),
    )
    _show(report.page, as_json)
