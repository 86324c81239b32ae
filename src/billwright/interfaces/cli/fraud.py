"""billwright fraud: flags that hold money back, and the rules that raise them."""

from __future__ import annotations

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.org.queries import get_legal_entity
from billwright.payments import watch
from billwright.payments.states import FraudRuleKind
from billwright.workflow import fraud_watch

app = typer.Typer(help=_("Flags that hold money back, and the rules that raise them."))

FLAG = typer.Argument(..., metavar="ID", help="The flag's id, from `fraud list`.")
REASON = typer.Option(..., "--reason", help="What was found; kept in the audit trail.")


@app.command("list")
def list_all(state: str = typer.Option("", "--state", help="Only in this state."), as_json: bool = AS_JSON) -> None:
    """Flags, the newest first."""
    rows = watch.list_flags(state=state)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Fraud flags"),
        ("id", "rule", "state", "holds", "why"),
        [(row.id, row.kind, row.state, row.subject, row.why) for row in rows],
    )


@app.command()
def clear(fraud_flag_id: int = FLAG, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """It is in order: the act may go on; not by whose act it is."""
    with transaction.atomic():
        row = fraud_watch.clear_flag(act=act_as(username, reason=reason), fraud_flag_id=fraud_flag_id)
    print_json(row) if as_json else typer.echo(row.state)


@app.command()
def confirm(fraud_flag_id: int = FLAG, reason: str = REASON, username: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """It is what it looks like: the act stays held."""
    with transaction.atomic():
        row = fraud_watch.confirm_flag(act=act_as(username, reason=reason), fraud_flag_id=fraud_flag_id)
    print_json(row) if as_json else typer.echo(row.state)


@app.command()
def rules(entity: str = typer.Argument(..., metavar="CODE", help="The company."), as_json: bool = AS_JSON) -> None:
    """The rules of a company."""
    rows = watch.list_fraud_rules(get_legal_entity(code=entity).id)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Fraud rules"),
        ("rule", "looks", "more than", "within days"),
        [(row.kind, _("yes") if row.is_on else _("no"), row.count_max, row.days) for row in rows],
    )


@app.command()
def rule(
    kind: FraudRuleKind = typer.Argument(...),
    entity: str = typer.Option(..., "--entity", metavar="CODE", help="The company."),
    more_than: int = typer.Option(..., "--more-than", help="Looks twice above this count."),
    days: int = typer.Option(..., "--days", help="Within so many days."),
    off: bool = typer.Option(False, "--off", help="Do not look."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Set when a company looks twice."""
    with transaction.atomic():
        row = fraud_watch.set_rule(
            act=act_as(username), legal_entity_id=get_legal_entity(code=entity).id, kind=kind, is_on=not off,
            count_max=more_than, days=days,
        )  # fmt: skip
    print_json(row) if as_json else typer.echo(_("Kept."))
