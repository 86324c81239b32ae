"""billwright gateway: payment gateways, their webhooks, payouts, chargebacks and alarms."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table, today_at
from billwright.interfaces.cli.naming import account_named
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.gateway_rows import GatewayIn, GatewayRow, PayoutRow
from billwright.payments.operations import add_token
from billwright.payments.ports.gateways import gateway_of_kind
from billwright.payments.queries import gateways as queries
from billwright.payments.queries.mandates import get_method
from billwright.payments.states import PaymentMethod
from billwright.workflow import gateway_intake

app = typer.Typer(help=_("Payment gateways: set-up, webhooks, payouts, chargebacks, alarms."))

NAME = "gateway"
GATEWAY = typer.Argument(..., metavar="NAME", help="As `gateway list` shows it.")
DAY = ["%Y-%m-%d"]


def _named(name: str) -> GatewayRow:
    row = queries.find_gateway(name=name)
    if row is None:
        raise NotFound("gateway.not_found", _("There is no gateway %(name)s.") % {"name": name}, field="name")
    return row


def _pairs(words: list[str]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise Refusal("gateway.setting_unreadable", _("Write it as NAME=VALUE."), field="set")
    return dict(word.split("=", 1) for word in words)


@app.command("list")
def list_gateways(as_json: bool = AS_JSON) -> None:
    """Configured gateways; which secrets are set, never what they are."""
    rows = queries.list_gateways()
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Gateways"),
        [_("name"), _("kind"), _("currency"), _("state"), _("webhooks go to")],
        [
            (
                f"SIMULATOR {row.name}" if row.is_simulator else row.name,
                row.kind,
                row.currency,
                row.state,
                row.webhook_path,
            )
            for row in rows
        ],
    )


@app.command("set-up")
def set_up(
    name: str = typer.Argument(..., help="Small letters, digits and hyphens; receipts carry it for good."),
    kind: str = typer.Option(..., "--kind", help="stripe, payfast_style or hosted_page."),
    entity: str = typer.Option(..., "--entity", metavar="CODE", help="The company that it takes money for."),
    currency: str = typer.Option(..., "--currency", help="What it takes."),
    setting: list[str] = typer.Option([], "--set", metavar="NAME=VALUE", help="A setting of the kind."),
    base_url: str = typer.Option("", "--address", help="Left out: the gateway's own."),
    simulator: bool = typer.Option(False, "--simulator", help="It moves no real money."),
    bank_account_id: int | None = typer.Option(None, "--bank-account", help="Where payouts arrive."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Set a gateway up. Each secret is asked for, and is not shown."""
    secrets = {secret: typer.prompt(label, hide_input=True) for secret, label in gateway_of_kind(kind).secrets.items()}
    with transaction.atomic():
        row = gateway_intake.set_up_gateway(
            act=act_as(username),
            gateway=GatewayIn(
                legal_entity_id=get_legal_entity(code=entity).id,
                name=name,
                kind=kind,
                currency=currency.upper(),
                base_url=base_url,
                is_simulator=simulator,
                settings=_pairs(setting),
                secrets=secrets,
                bank_account_id=bank_account_id,
            ),
        )
    if as_json:
        print_json(row)
    else:
        typer.echo(_("Set up. Its webhooks go to %(path)s.") % {"path": row.webhook_path})


@app.command()
def suspend(name: str = GATEWAY, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Start nothing new through a gateway."""
    with transaction.atomic():
        row = gateway_intake.suspend_gateway(act=act_as(username), gateway_id=_named(name).id)
    print_json(row) if as_json else typer.echo(row.state)


@app.command()
def resume(name: str = GATEWAY, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Use a suspended gateway again."""
    with transaction.atomic():
        row = gateway_intake.resume_gateway(act=act_as(username), gateway_id=_named(name).id)
    print_json(row) if as_json else typer.echo(row.state)


@app.command()
def webhooks(
    state: str = typer.Option("", "--state", help="RECEIVED, WAITING, WORKED, REFUSED, QUARANTINED or DISMISSED."),
    text: str = typer.Option("", "--text", help="A key of the gateway's, or our reference."),
    limit: int = typer.Option(50, "--limit", help="How many at the most."),
    as_json: bool = AS_JSON,
) -> None:
    """Webhooks, the newest first, with what became of them."""
    rows = queries.list_events(states=[state.upper()] if state else (), text=text, limit=limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Webhooks"),
        [_("id"), _("came"), _("what"), _("amount"), _("state"), _("why")],
        [(row.id, row.received_at, row.kind, row.amount or "", row.state, row.reason) for row in rows],
    )


@app.command()
def retry(event_id: int = typer.Argument(..., metavar="ID"), username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Let a webhook that was set aside or waits be worked again."""
    with transaction.atomic():
        row = gateway_intake.retry_event(act=act_as(username), event_id=event_id)
    print_json(row) if as_json else typer.echo(row.state)


@app.command()
def work(name: str = GATEWAY, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Work the webhooks that wait, as the job does every minute."""
    gateway = _named(name)
    gateway_intake.confirm_events(act=act_as(username), gateway_id=gateway.id)
    with transaction.atomic():
        worked = gateway_intake.work_events(act=act_as(username), gateway_id=gateway.id)
    print_json(worked) if as_json else typer.echo(
        _("%(worked)d worked, %(waiting)d wait, %(aside)d set aside.")
        % {"worked": worked.worked, "waiting": worked.waiting, "aside": worked.quarantined}
    )


def _show_payouts(rows: list[PayoutRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Payouts"),
        [_("id"), _("day"), _("gross"), _("fees"), _("net"), _("deposit"), _("unexplained"), _("state")],
        [
            (row.id, row.paid_on, row.gross, row.fees, row.net, row.deposit or "", row.remainder, row.state)
            for row in rows
        ],
    )


@app.command()
def payouts(
    state: str = typer.Option("", "--state", help="REPORTED, RECONCILED, UNEXPLAINED or RESOLVED."),
    limit: int = typer.Option(50, "--limit", help="How many at the most."),
    as_json: bool = AS_JSON,
) -> None:
    """Payouts, the newest first, with what nothing explains."""
    _show_payouts(queries.list_payouts(states=[state.upper()] if state else (), limit=limit), as_json=as_json)


@app.command("read-payouts")
def read_payouts(
    name: str = GATEWAY,
    since: datetime = typer.Option(..., "--since", formats=DAY, help="Payouts of this day and later."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Read payouts from the gateway that are not here yet, and fill what no webhook told."""
    gateway, act = _named(name), act_as(username)
    rows = gateway_intake.read_payouts(act=act, gateway_id=gateway.id, since=since.date())
    _show_payouts([gateway_intake.fill_gaps(act=act, payout_id=row.id) for row in rows], as_json=as_json)


@app.command()
def reconcile(
    payout_id: int = typer.Argument(..., metavar="ID"),
    bank_entry: int | None = typer.Option(None, "--bank-entry", help="Which entry of the statement it is."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Hold a payout against the books and the bank again."""
    with transaction.atomic():
        row = gateway_intake.reconcile_payout(act=act_as(username), payout_id=payout_id, bank_entry_id=bank_entry)
    _show_payouts([row], as_json=as_json)


@app.command()
def resolve(
    payout_id: int = typer.Argument(..., metavar="ID"),
    reason: str = typer.Option(..., "--reason", help="Why there is a remainder."),
    on: datetime = typer.Option(..., "--on", formats=DAY, help="The day on which it is booked."),
    charge: bool = typer.Option(False, "--charge", help="Book it as a charge of the gateway."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Say why there is a remainder."""
    with transaction.atomic():
        row = gateway_intake.resolve_payout(
            act=act_as(username, reason=reason), payout_id=payout_id, on=on.date(), is_charge=charge
        )
    _show_payouts([row], as_json=as_json)


@app.command()
def chargebacks(
    limit: int = typer.Option(50, "--limit", help="How many at the most."), as_json: bool = AS_JSON
) -> None:
    """Chargebacks, the newest first, with the day by which evidence is due."""
    rows = queries.list_chargebacks(limit=limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Chargebacks"),
        [_("id"), _("opened"), _("amount"), _("reason"), _("evidence by"), _("state")],
        [(row.id, row.opened_on, row.amount, row.reason_code, row.deadline or "", row.state) for row in rows],
    )


@app.command()
def evidence(
    chargeback_id: int = typer.Argument(..., metavar="ID"),
    file: Path = typer.Option(..., "--file", help="Where the ZIP is written."),
) -> None:
    """Write what speaks for us in a chargeback as a ZIP."""
    file.write_bytes(gateway_intake.evidence_pack(chargeback_id))
    typer.echo(str(file))


@app.command("keep-token")
def keep_token(
    name: str = GATEWAY,
    account: str = typer.Option(..., "--account", metavar="ACCOUNT", help="Whose means of payment it is."),
    label: str = typer.Option(..., "--label", help="What the gateway lets be shown, such as: card ending 4242."),
    kind: str = typer.Option("CARD", "--kind", help="CARD or WALLET."),
    expires: datetime | None = typer.Option(
        None, "--expires", formats=DAY, help="The last day on which the card is good."
    ),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Keep a token that the gateway gave for a customer's card or wallet. It is asked for, and is not shown."""
    gateway, payer, act = _named(name), account_named(account), act_as(username)
    if kind.upper() not in ("CARD", "WALLET"):
        raise Refusal("stored_method.kind", _("A token is of a card or of a wallet."), field="kind")
    token = typer.prompt(_("Token"), hide_input=True)
    with transaction.atomic():
        row = add_token(
            act=act,
            account_id=payer.id,
            kind=PaymentMethod(kind.upper()),
            provider=gateway.name,
            token=token,
            label=label,
            holder=payer.shown_name,
            valid_from=today_at(gateway.legal_entity_id),
            expires_on=expires.date() if expires else None,
        )
    print_json(row) if as_json else typer.echo(_("Kept as %(id)d.") % {"id": row.id})


@app.command()
def debit(
    stored_method_id: int = typer.Argument(..., metavar="ID", help="As `mandate methods` gives it."),
    amount: str = typer.Option("", "--amount", metavar="AMOUNT", help="At most so much, the oldest first."),
    takes_up: int | None = typer.Option(None, "--takes-up", metavar="ID", help="A failed debit, as `collect failed`."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Debit a stored token for what is due on its account, within the limits of its network."""
    gateway = _named(get_method(stored_method_id).provider)
    row = gateway_intake.collect_from_token(
        act=act_as(username),
        stored_method_id=stored_method_id,
        on=today_at(gateway.legal_entity_id),
        takes_up_id=takes_up,
        amount=Money.of(amount, gateway.currency) if amount else None,
    )
    words = {"amount": row.amount, "state": row.state, "code": row.code, "says": row.says}
    print_json(row) if as_json else typer.echo(_("%(amount)s %(state)s %(code)s %(says)s") % words)


@app.command()
def watch(name: str = GATEWAY, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Look at a gateway now; shows the alarms that stand."""
    gateway = _named(name)
    with transaction.atomic():
        gateway_intake.watch_gateway(act=act_as(username), gateway_id=gateway.id)
    rows = queries.list_alarms(gateway_ids=[gateway.id], standing_only=True)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Alarms"),
        [_("since"), _("what"), _("of"), _("figures")],
        [(row.raised_at, row.kind, row.subject, row.figures) for row in rows],
    )
