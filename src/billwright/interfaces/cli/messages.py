"""billwright messages: what waits, what became of each, and what a person decides about one."""

from __future__ import annotations

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.comms import operations, ports, queries
from billwright.comms.queries import MessageRow
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.kernel import clock

app = typer.Typer(help=_("Outgoing messages."))


def _show(row: MessageRow, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    typer.echo(f"{row.id}  {row.state}  {row.to_address}  {row.subject}")


@app.command("list")
def list_(
    state: list[str] | None = typer.Option(None, help="QUEUED, SENDING, SENT, FAILED, UNKNOWN or CANCELED."),
    limit: int = 50,
    as_json: bool = AS_JSON,
) -> None:
    """List messages, the newest first."""
    found = queries.list_messages(states=state or (), limit=limit)
    if as_json:
        print_json(found)
        return
    rows = [(row.id, row.state, row.purpose, row.to_address, row.subject, row.failure) for row in found]
    print_table("", ("id", "state", "purpose", "to", "subject", "failure"), rows)


@app.command()
def show(message: int, as_json: bool = AS_JSON) -> None:
    """Read one message."""
    row = queries.get_message(message)
    _show(row, as_json)
    if not as_json:
        typer.echo(f"\n{row.body}")


@app.command()
def requeue(message: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Send again what failed or is unknown."""
    with transaction.atomic():
        row = operations.requeue_message(act=act_as(as_user), message_id=message)
    _show(row, as_json)


@app.command()
def cancel(message: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Take a message back before it was sent."""
    with transaction.atomic():
        row = operations.cancel_message(act=act_as(as_user), message_id=message)
    _show(row, as_json)


@app.command()
def confirm(message: int, reason: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Say that an unknown message did arrive, and how you know."""
    with transaction.atomic():
        row = operations.confirm_message(act=act_as(as_user, reason=reason), message_id=message)
    _show(row, as_json)


@app.command()
def fail(message: int, reason: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Say that an unknown message never arrived, and how you know."""
    with transaction.atomic():
        row = operations.fail_message(act=act_as(as_user, reason=reason), message_id=message)
    _show(row, as_json)


@app.command()
def deliver(limit: int = 100) -> None:
    """Send queued mail now. Without SMTP settings it stays queued."""
    result = operations.deliver_waiting(carrier=ports.carrier(), files=ports.files(), at=clock.now(), limit=limit)
    typer.echo(
        _("%(sent)s sent, %(failed)s failed, %(postponed)s postponed, %(unknown)s unknown")
        % {"sent": result.sent, "failed": result.failed, "postponed": result.postponed, "unknown": result.unknown}
    )


@app.command("test")
def send_test(to: str, language: str = "en", seller: str = "Billwright", as_user: str = AS_USER) -> None:
    """Queue a test mail."""
    with transaction.atomic():
        operations.send_test_mail(act=act_as(as_user), to_address=to, language=language, seller=seller)
    typer.echo(_("Queued for %(address)s.") % {"address": to})
