"""billwright commitment: agree, list and end what a period comes to at least or at most, and how far it is reached."""

from __future__ import annotations

from datetime import datetime

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account, get_accounts
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.discount import (
    CHARGE,
    DAY,
    ENDS,
    PLAN,
    PREVIEW,
    STARTS,
    SUBSCRIPTION,
    day_of,
    number,
    tell,
    whose,
)
from billwright.kernel import clock
from billwright.rating import operations, queries
from billwright.rating.operations import NewSpendLimit
from billwright.rating.queries import SpendLimitRow
from billwright.workflow.offers import preview_spend_limit, spend_limit_progress

app = typer.Typer(help=_("Commitments: what a period of an account or subscription comes to at least or at most."))

ID = typer.Argument(..., help="Its id, from `commitment list`.")


def _show(rows: list[SpendLimitRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    accounts = get_accounts({row.account_id for row in rows})
    print_table(
        "",
        ("id", "account", "name", "at least", "at most", "from", "before"),
        [
            (row.id, accounts[row.account_id].number, row.name,
             "" if row.minimum is None else f"{plain(row.minimum)} {row.currency}",
             "" if row.maximum is None else f"{plain(row.maximum)} {row.currency}",
             row.starts_on, row.ends_before or "")
            for row in rows
        ],
    )  # fmt: skip


@app.command()
def agree(
    account: str,
    name: str = typer.Argument(..., help="As printed."),
    minimum: str = typer.Option("", help="At least so much in a full period."),
    maximum: str = typer.Option("", help="At most so much in a full period."),
    subscription: str = SUBSCRIPTION,
    plan: str = PLAN,
    charge: list[str] | None = CHARGE,
    starts: datetime | None = STARTS,
    before: datetime | None = ENDS,
    preview: bool = PREVIEW,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Agree what a full period comes to, at least or at most."""
    owner = whose(account, subscription)
    limit = NewSpendLimit(
        account_id=owner.account_id,
        subscription_id=owner.subscription_id,
        name=name,
        minimum=number(minimum, field="minimum"),
        maximum=number(maximum, field="maximum"),
        plan=plan,
        charges=tuple(charge or ()),
        starts_on=day_of(starts) or owner.today,
        ends_before=day_of(before),
    )
    if preview:
        tell(preview_spend_limit(act=act_as(as_user), limit=limit, as_of=owner.today), as_json=as_json)
        return
    with transaction.atomic():
        row = operations.set_spend_limit(act=act_as(as_user), limit=limit)
    _show([row], as_json=as_json)


@app.command("list")
def list_(
    account: str = typer.Argument("", help="Number of an account (default: all)."),
    limit: int = 100,
    as_json: bool = AS_JSON,
) -> None:
    """List commitments, the newest first."""
    ids = [whose(account, "").account_id] if account else None
    _show(queries.search_spend_limits(account_ids=ids, limit=limit), as_json=as_json)


@app.command()
def progress(
    commitment: int = ID,
    on: datetime | None = typer.Option(None, formats=DAY, help="As of this day (default: today)."),
    as_json: bool = AS_JSON,
) -> None:
    """How far the running period is on its way to a commitment, usage so far included."""
    row = queries.get_spend_limit(commitment)
    today = clock.business_date(clock.now(), get_account(row.account_id).timezone)
    found = spend_limit_progress(act=act_as(""), spend_limit_id=row.id, as_of=day_of(on) or today)
    if as_json:
        print_json(found)
        return
    print_table(
        row.name,
        ("from", "to", "on documents", "not billed yet", "so far", "missing to a full period", "%"),
        [
            (one.period_from, one.period_to, one.billed, one.unbilled, one.reached, one.missing, one.percent)
            for one in found
        ],
    )


@app.command()
def end(
    commitment: int = ID,
    before: datetime = typer.Option(..., formats=DAY, help="It holds for service before this day only."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """End a commitment; what was topped up stays."""
    with transaction.atomic():
        row = operations.end_spend_limit(act=act_as(as_user), spend_limit_id=commitment, ends_before=before.date())
    _show([row], as_json=as_json)
