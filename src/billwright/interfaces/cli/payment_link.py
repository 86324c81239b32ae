"""billwright payment-link: pages on which a customer pays without a log-in."""

from __future__ import annotations

import typer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_named, items_named
from billwright.payments import links
from billwright.payments.ports.pages import has_pages, page_address
from billwright.workflow.payment_links import create_link, revoke_link

app = typer.Typer(help=_("Pages on which a customer pays without a log-in."))


@app.command()
def create(
    account: str = typer.Argument(..., metavar="BAN", help="Whose items are paid."),
    days: int = typer.Option(7, "--days", help="How long it opens."),
    documents: list[str] = typer.Option([], "--for", metavar="DOCUMENT", help="Default: whatever is open."),
    to_address: str = typer.Option("", "--mail-to", metavar="ADDRESS", help="Mail it there, too."),
    username: str = AS_USER,
) -> None:
    """Make a link and print the address of its page; the secret in it is not kept."""
    secret = links.new_secret()
    token = links.token_of(secret)
    url = page_address(token) or reverse("portal:pay", args=[token])
    if to_address and not has_pages():
        raise typer.BadParameter(_("Set BILLWRIGHT_PUBLIC_URL first: a mail names the whole address."))
    with transaction.atomic():
        create_link(
            act=act_as(username),
            account_id=account_named(account).id,
            token_hash=links.hash_of(secret),
            days=days,
            invoice_ids=tuple(items_named(number)[0].invoice_id for number in documents),
            to_address=to_address,
            url=url,
        )
    typer.echo(url)


@app.command("list")
def list_all(
    account: str = typer.Option("", "--account", metavar="BAN", help="Only of this account."), as_json: bool = AS_JSON
) -> None:
    """Links, the newest first: opened, begun, paid."""
    rows = links.list_links(account_id=account_named(account).id if account else None)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Payment links"),
        ("id", "state", "opened", "begun", "paid", "until"),
        [(row.id, row.state, row.open_count, row.begun_count, row.paid_count, row.expires_at) for row in rows],
    )


@app.command()
def revoke(payment_link_id: int = typer.Argument(..., metavar="ID", help="The link."), username: str = AS_USER) -> None:
    """Close a link."""
    with transaction.atomic():
        revoke_link(act=act_as(username), payment_link_id=payment_link_id)
    typer.echo(_("Closed."))
