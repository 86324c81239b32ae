"""billwright rule: how renewals are invoiced and reminded of, and when dearer and cheaper plans hold."""

from __future__ import annotations

from datetime import datetime, timedelta

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_accounts
from billwright.catalog import operations, queries
from billwright.catalog.operations import NewChangeRule, NewRenewalRule
from billwright.catalog.states import ChangeEffect
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import entity_id_named
from billwright.kernel import clock
from billwright.subscriptions.queries import renewals_ahead

app = typer.Typer(help=_("Rules of plans and companies: renewals, reminders, changes to another plan."))

FROM = typer.Option(..., "--from", metavar="DATE", formats=["%Y-%m-%d"], help="First day on which it holds.")
PLAN = typer.Option("", help="Code of the plan.")
ENTITY = typer.Option("", help="Code of the company, for its plans without a rule.")


@app.command()
def renewals(
    plan: str = PLAN,
    entity: str = ENTITY,
    valid_from: datetime = FROM,
    ahead: int = typer.Option(0, help="Invoiced so many days ahead."),
    due_on_renewal: bool = typer.Option(False, help="Due on the renewal instead of by terms of payment."),
    remind: list[int] = typer.Option([], help="Reminds so many days before due; name it several times."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Say how many days ahead renewals are invoiced, and when reminders leave."""
    rule = NewRenewalRule(
        plan=plan,
        legal_entity_id=entity_id_named(entity),
        valid_from=valid_from.date(),
        ahead_days=ahead,
        due_on_renewal=due_on_renewal,
        reminder_days=tuple(remind),
    )
    with transaction.atomic():
        row = operations.set_renewal_rule(act=act_as(as_user), rule=rule)
    if as_json:
        print_json(row)
    else:
        typer.echo(plan or entity)


@app.command()
def changes(
    upgrade: ChangeEffect = typer.Argument(..., case_sensitive=False, help="When a dearer plan holds."),
    downgrade: ChangeEffect = typer.Argument(..., case_sensitive=False, help="When a cheaper plan holds."),
    plan: str = PLAN,
    entity: str = ENTITY,
    valid_from: datetime = FROM,
    rank: int | None = typer.Option(None, help="Of the plan among others; none: prices a month decide."),
    binding: bool = typer.Option(False, help="Refuse another day or effect."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Say when a change to a dearer and to a cheaper plan takes effect."""
    rule = NewChangeRule(
        plan=plan,
        legal_entity_id=entity_id_named(entity),
        valid_from=valid_from.date(),
        upgrade=upgrade,
        downgrade=downgrade,
        rank=rank,
        is_binding=binding,
    )
    with transaction.atomic():
        row = operations.set_change_rule(act=act_as(as_user), rule=rule)
    if as_json:
        print_json(row)
    else:
        typer.echo(plan or entity)


@app.command("list")
def list_(plan: str = PLAN, entity: str = ENTITY, as_json: bool = AS_JSON) -> None:
    """Show the rules of a plan or entity over time, the newest first."""
    whose = {"plan_id": queries.get_plan(code=plan).id if plan else None, "legal_entity_id": entity_id_named(entity)}
    renewing, changing = queries.list_renewal_rules(**whose), queries.list_change_rules(**whose)
    if as_json:
        print_json({"renewals": renewing, "changes": changing})
        return
    rows = [
        *(("renewals", one.valid_from, f"{one.ahead_days} days ahead, {_days(one.reminder_days)}") for one in renewing),
        *(("changes", one.valid_from, f"up {one.upgrade}, down {one.downgrade}") for one in changing),
    ]
    print_table("", ("of", "from", "says"), rows)


def _days(days: tuple[int, ...]) -> str:
    return _("reminders %(days)s days before due") % {"days": ", ".join(str(day) for day in days)}


@app.command()
def ahead(
    days: int = typer.Option(60, help="How far ahead."),
    plan: str = PLAN,
    limit: int = typer.Option(200, min=1, max=2000),
    as_json: bool = AS_JSON,
) -> None:
    """List renewals ahead, with the day on which each is invoiced."""
    today = clock.business_date(clock.now(), "UTC")
    found = renewals_ahead(since=today, until=today + timedelta(days=days), plan_code=plan, limit=limit)
    if as_json:
        print_json(found)
        return
    numbers = {id_: account.number for id_, account in get_accounts({row.account_id for row in found.rows}).items()}
    rows = [
        (row.renews_on, row.subscription_number, numbers[row.account_id], row.charge_name, row.amount or "",
         row.invoice_on, _("yes") if row.is_invoiced else "")
        for row in found.rows
    ]  # fmt: skip
    print_table("", ("renews", "subscription", "account", "charge", "before tax", "invoiced on", "invoiced"), rows)
