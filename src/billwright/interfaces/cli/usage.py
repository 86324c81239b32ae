"""billwright usage: meters, records, files of usage, and outages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.catalog import decimal
from billwright.kernel.errors import Refusal
from billwright.rating.operations import NewGrant, grant_units
from billwright.subscriptions.queries import SubscriptionPlace, not_found, places_by_number
from billwright.usage import operations, queries
from billwright.usage.operations import NewMeter
from billwright.usage.states import Aggregate
from billwright.workflow.metering import UsageDraft, import_usage, record_outage, record_usage

app = typer.Typer(help=_("What subscriptions used: meters, records, and files of them."), no_args_is_help=True)

FAULTS_SHOWN = 20


def _place(number: str) -> SubscriptionPlace:
    known = places_by_number([number])
    if number not in known:
        raise not_found(number)
    return known[number]


@app.command()
def meters(as_json: bool = AS_JSON) -> None:
    """List meters."""
    found = queries.list_meters()
    if as_json:
        print_json(found)
        return
    rows = [(one.code, one.name, one.aggregate, ", ".join(one.highest_of), one.unit, one.grace_hours) for one in found]
    print_table("", ("meter", "name", "aggregate", "highest of", "unit", "grace hours"), rows)


@app.command("define-meter")
def define_meter(
    code: str,
    aggregate: Aggregate = typer.Option(Aggregate.SUM, case_sensitive=False, help="How its records come to one."),
    highest_of: list[str] | None = typer.Option(None, help="Take the larger total of these meters instead."),
    name: str = "",
    unit: str = "",
    grace_hours: int = typer.Option(0, help="A period is billed so many hours after its end."),
    as_user: str = AS_USER,
) -> None:
    """Add a meter."""
    meter = NewMeter(
        code=code,
        name=name,
        unit=unit,
        aggregate=Aggregate.HIGHEST_OF if highest_of else aggregate,
        highest_of=tuple(highest_of or ()),
        grace_hours=grace_hours,
    )
    with transaction.atomic():
        made = operations.define_meter(act=act_as(as_user), meter=meter)
    typer.echo(f"{made.code}  {made.aggregate}")


@app.command()
def record(
    subscription: str,
    meter: str,
    quantity: str,
    at: datetime = typer.Option(..., formats=["%Y-%m-%dT%H:%M:%S"], help="When it happened, local to the account."),
    key: str = typer.Option("", help="Counts once, however often it is sent."),
    change: bool = typer.Option(False, help="The quantity is added to a level."),
    as_user: str = AS_USER,
) -> None:
    """Record one reading or event."""
    amount = decimal(quantity, field="quantity")
    draft = UsageDraft(
        subscription=subscription,
        meter=meter,
        happened_at=at,
        quantity=None if change else amount,
        change=amount if change else None,
        key=key,
        source="command",
    )
    with transaction.atomic():
        intake = record_usage(act=act_as(as_user), drafts=[draft])
    for one in intake.refused:
        raise Refusal(one.code, one.says, field=one.field)
    typer.echo(_("recorded") if intake.recorded_count else _("known already"))


@app.command("import")
def import_(
    file: Path = typer.Argument(..., metavar="FILE.csv", help="subscription, meter, happened_at, quantity, key …"),
    source: str = typer.Option("", help="Name of the feed: keys are told apart within it (default: the file's name)."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record the usage of a file; the same file again changes nothing. Exit code 1: rows were refused."""
    try:
        stream = file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Refusal("file.unreadable", str(error), field="file") from error
    with stream, transaction.atomic():
        report = import_usage(act=act_as(as_user), lines=stream, source=(source or file.name)[:40])
    if as_json:
        print_json(report)
    else:
        counts = (report.row_count, report.recorded_count, report.repeated_count, report.refused_count)
        print_table(file.name, ("rows", "recorded", "known already", "refused"), [counts])
        shown = [(one.row, one.key, one.field, one.says) for one in report.refused[:FAULTS_SHOWN]]
        if shown:
            print_table(_("refused"), ("line", "key", "field", "what is wrong"), shown)
    raise typer.Exit(1 if report.refused_count else 0)


@app.command("list")
def list_(subscription: str, meter: str = "", limit: int = 100, as_json: bool = AS_JSON) -> None:
    """List the records of a subscription as they arrived."""
    found = queries.list_usage(subscription_ids=[_place(subscription).id], meter=meter, limit=limit)
    if as_json:
        print_json(found)
        return
    rows = [
        (one.happened_at.isoformat(), one.meter, f"{'+' if one.is_change else ''}{plain(one.quantity)}", one.key)
        for one in found
    ]
    print_table(subscription, ("happened at", "meter", "quantity", "key"), rows)


@app.command()
def grant(
    subscription: str,
    meter: str,
    units: str,
    granted: datetime = typer.Option(..., "--from", formats=["%Y-%m-%d"], help="For periods that end after this day."),
    expires: datetime = typer.Option(..., formats=["%Y-%m-%d"], help="Not for periods that begin then or later."),
    as_user: str = AS_USER,
) -> None:
    """Grant prepaid units of a meter, used before usage is billed; of several the first to expire goes first."""
    queries.get_meter(meter)
    row = NewGrant(
        subscription_id=_place(subscription).id,
        meter=meter,
        units=decimal(units, field="units"),
        granted_on=granted.date(),
        expires_on=expires.date(),
    )
    with transaction.atomic():
        lot = grant_units(act=act_as(as_user), grant=row)
    typer.echo(_("granted: lot %(id)d") % {"id": lot})


@app.command()
def outage(
    subscription: str,
    uptime: str = typer.Option(..., help="Percent of the month, such as 99.4."),
    on: datetime = typer.Option(..., formats=["%Y-%m-%d"], help="A day of the month."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Credit service below the level that the plan promises, with the next bill run."""
    with transaction.atomic():
        row = record_outage(
            act=act_as(as_user),
            subscription_id=_place(subscription).id,
            uptime=decimal(uptime, field="uptime"),
            on=on.date(),
        )
    if as_json:
        print_json(row)
        return
    typer.echo(_("credited: %(amount)s") % {"amount": row.credit.amount if row.credit else _("nothing")})
