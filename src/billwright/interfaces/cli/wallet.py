"""billwright wallet: prepaid money of accounts, bought of what was paid, drawn by bill runs until it expires."""

from __future__ import annotations

from datetime import datetime

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_id_named
from billwright.kernel import clock
from billwright.kernel.money import Money
from billwright.org.queries import list_legal_entities
from billwright.receivables import operations
from billwright.receivables.queries import get_cash, list_wallet
from billwright.receivables.queries.wallets import WalletLotRow

app = typer.Typer(help=_("Prepaid money: bought of what was paid, drawn by bill runs until it expires."))

DAY = ["%Y-%m-%d"]


def _show(rows: list[WalletLotRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        "",
        ("id", "bought", "expires", "amount", "left"),
        [(row.wallet_lot_id, row.bought_on, row.expires_on or _("never"), row.amount, row.left) for row in rows],
    )


@app.command("list")
def list_(
    account: str = typer.Argument(..., metavar="BAN"),
    every: bool = typer.Option(False, "--all", help="Used up and expired ones too."),
    as_json: bool = AS_JSON,
) -> None:
    """List the credit of an account, the earliest expiring first: so it is drawn."""
    _show(list_wallet(account_id_named(account), left_only=not every), as_json=as_json)


@app.command("top-up")
def top_up(
    cash: int = typer.Argument(..., help="A piece of unallocated cash, from `receivables cash`."),
    amount: str = typer.Argument(..., help="How much of it."),
    expires: datetime | None = typer.Option(None, formats=DAY, help="Day on which the rest expires (default: never)."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Buy credit of money that an account has paid."""
    piece = get_cash(cash)
    zone = get_account(piece.account_id).timezone if piece.account_id is not None else "UTC"
    with transaction.atomic():
        row = operations.top_up_wallet(
            act=act_as(as_user),
            cash_id=cash,
            amount=Money.of(amount, piece.amount.currency),
            on=clock.business_date(clock.now(), zone),
            expires_on=expires.date() if expires else None,
        )
    _show([row], as_json=as_json)


@app.command("give-back")
def give_back(
    lot: int = typer.Argument(..., help="Its id, from `wallet list`."),
    on: datetime = typer.Option(..., formats=DAY, help="The day of it."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Turn what is left of it into unallocated money again."""
    with transaction.atomic():
        row = operations.give_back_wallet(act=act_as(as_user), wallet_lot_id=lot, on=on.date())
    _show([row], as_json=as_json)


@app.command()
def expire(
    as_of: datetime = typer.Option(..., "--as-of", formats=DAY, help="What expires by this day."),
    as_user: str = AS_USER,
) -> None:
    """Let credit whose day has come be revenue; the worker does so every hour."""
    act, day = act_as(as_user), as_of.date()
    with transaction.atomic():
        count = sum(
            operations.expire_wallets(act=act, legal_entity_id=entity.id, as_of=day) for entity in list_legal_entities()
        )
    typer.echo(_("%(count)s expired.") % {"count": count})
