"""billwright documents: how an account's documents are split and laid out, and what subscriptions refer to."""

from __future__ import annotations

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts import operations as accounts
from billwright.accounts import queries
from billwright.accounts.layouts import COLUMNS, GROUPINGS, PLACES, REFERENCES, DocumentLayout
from billwright.accounts.rows import AccountChange, AccountRow
from billwright.accounts.states import SplitBy
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_id_named, account_named
from billwright.interfaces.cli.subscriptions import subscription_of
from billwright.subscriptions import operations as subscriptions

NAME = "documents"
app = typer.Typer(help=_("Documents of an account: how they are split, what they refer to, how they are laid out."))
NAMES = typer.Argument(None, help=f"Of {', '.join(REFERENCES)}; none: no reference is required.")
HIDE = typer.Option([], help=f"A column to leave out, of {', '.join(COLUMNS)}; may be given again.")
REASON = typer.Option("", "--reason", help="Why; it goes to the history.")


@app.command("show")
def show(account: str = typer.Argument(..., metavar="BAN"), as_json: bool = AS_JSON) -> None:
    """How the documents of an account are split, laid out and referred."""
    _show(queries.get_account(account_id_named(account)), as_json)


@app.command("split")
def split(
    account: str = typer.Argument(..., metavar="BAN"),
    by: SplitBy = typer.Argument(..., help="What its documents of a run are split by."),
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """One document for each purchase order, cost centre, subscription or child account; NONE: one for all."""
    _change(account, AccountChange(split_by=by), reason, as_user, as_json)


@app.command("require")
def require(
    account: str = typer.Argument(..., metavar="BAN"),
    names: list[str] = NAMES,
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Which references everything that it is billed must carry."""
    _change(account, AccountChange(required_references=tuple(names or ())), reason, as_user, as_json)


@app.command("layout")
def layout(
    account: str = typer.Argument(..., metavar="BAN"),
    group_by: str = typer.Option("", help=f"One of {', '.join(GROUPINGS[1:])}; empty: by account where several."),
    hide: list[str] = HIDE,
    references: str = typer.Option("head", help=f"Where references stand: {' or '.join(PLACES)}."),
    box_title: str = typer.Option("", help="Over the box of references."),
    footer: str = typer.Option("", help="A text of its own beneath the lines."),
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """How its printed documents look from now on; what is left out goes back to the usual."""
    chosen = DocumentLayout(group_by, tuple(hide), references, box_title, footer)
    _change(account, AccountChange(layout=chosen), reason, as_user, as_json)


@app.command("refer")
def refer(
    subscription: str,
    purchase_order: str = typer.Option("", help="Empty: its account's."),
    cost_center: str = typer.Option("", help="Empty: its account's."),
    reason: str = REASON,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Give a subscription a purchase order and a cost centre of its own, for documents issued from now on."""
    found = subscription_of(subscription)
    with transaction.atomic():
        row = subscriptions.set_references(
            act=act_as(as_user, reason=reason),
            subscription_id=found.id,
            purchase_order=purchase_order,
            cost_center=cost_center,
        )
    if as_json:
        print_json(row)
        return
    print_table(row.number, ("purchase order", "cost centre"), [(row.purchase_order, row.cost_center)])


def _change(number: str, change: AccountChange, reason: str, as_user: str, as_json: bool) -> None:
    account = account_named(number)
    with transaction.atomic():
        row = accounts.update_account(
            act=act_as(as_user, reason=reason), account_id=account.id, version=account.version, change=change
        )
    _show(row, as_json)


def _show(account: AccountRow, as_json: bool) -> None:
    if as_json:
        print_json(account)
        return
    chosen = account.layout
    rows = [
        ("split by", account.split_by.value),
        ("required", ", ".join(account.required_references)),
        ("lines grouped by", chosen.group_by or _("account, where there are several")),
        ("columns left out", ", ".join(chosen.hide)),
        ("references", f"{chosen.references} {chosen.box_title}".strip()),
        ("footer", chosen.footer),
    ]
    print_table(account.number, ("choice", "value"), rows)
