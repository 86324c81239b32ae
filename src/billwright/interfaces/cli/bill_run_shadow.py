"""billwright bill-run shadow: the same run drafted twice, the differences by cause, and the signature under them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_id_named, account_ids_named, entity_id_named
from billwright.invoicing.operations.shadows import sign_off_shadow
from billwright.invoicing.queries import shadows as queries
from billwright.invoicing.queries.shadows import ShadowRow, Supposed
from billwright.kernel.errors import Refusal
from billwright.kernel.periods import add_months
from billwright.reporting.shadow_sheet import shadow_workbook
from billwright.workflow.shadow_run import shadow_bill_run

T = TypeVar("T")
DAY = ["%Y-%m-%d"]
commands = typer.Typer(help=_("Draft a run twice, see the differences by cause, sign them."))


@commands.command()
def draft(
    run: int = typer.Option(0, help="The bill run that is shadowed; none: --as-of."),
    as_of: datetime | None = typer.Option(None, "--as-of", formats=DAY, help="What is due on this day."),
    entity: str = typer.Option("", help="Code of one legal entity (default: all)."),
    account: list[str] | None = typer.Option(None, help="Only these billing accounts."),
    other_date: datetime | None = typer.Option(None, formats=DAY, help="The second draft is of this day."),
    convention: list[str] | None = typer.Option(None, metavar="OPTION=VALUE", help="Another rule."),
    tax: list[str] | None = typer.Option(None, metavar="CODE=PERCENT", help="Another rate."),
    prices: str = typer.Option("", metavar="[planned|segment:CODE]", help="Another price list."),
    prices_from: datetime | None = typer.Option(None, formats=DAY, help="For periods from this day on."),
    issued: str = typer.Option("", metavar="[last-month|FROM..BEFORE]", help="The first draft: what was issued."),
    description: str = "",
    connections: int = typer.Option(1, help="Database connections to work with."),
    xlsx: Path | None = typer.Option(None, help="Write the differences to this workbook."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Make both drafts and show why they differ. Nothing is issued, numbered or marked."""
    issued_from, issued_before = _issued(issued, as_of)
    shadow = shadow_bill_run(
        act=act_as(as_user),
        bill_run_id=run or None,
        as_of=as_of.date() if as_of else None,
        legal_entity_id=entity_id_named(entity),
        payer_ids=account_ids_named(account) if account else None,
        supposed=Supposed(
            as_of=other_date.date() if other_date else None,
            conventions=_pairs(convention, str),
            tax_rates=_pairs(tax, Decimal),
            prices=prices,
            prices_from=prices_from.date() if prices_from else None,
            issued_from=issued_from,
            issued_before=issued_before,
        ),
        description=description,
        connections=connections,
    )
    if xlsx:
        xlsx.write_bytes(shadow_workbook(shadow))
    _show(shadow, as_json)


def _pairs(given: list[str] | None, of: Callable[[str], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for text in given or []:
        name, mark, value = text.partition("=")
        try:
            found[name] = of(value)
        except InvalidOperation:
            mark = ""
        if not mark:
            raise Refusal("shadow.pair", _("%(text)s is not a name = a value.") % {"text": text})
    return found


def _issued(text: str, as_of: datetime | None) -> tuple[date | None, date | None]:
    """First day and the day after the last of what was issued."""
    if text == "last-month" and as_of is not None:
        first = as_of.date().replace(day=1)
        return add_months(first, -1), first
    if not text:
        return None, None
    first_text, mark, before_text = text.partition("..")
    try:
        days = (date.fromisoformat(first_text), date.fromisoformat(before_text))
    except ValueError:
        mark = ""
    if not mark:
        raise Refusal("shadow.days", _("Say last-month with --as-of, or FROM..BEFORE as two dates."), field="issued")
    return days


def _show(shadow: ShadowRow, as_json: bool) -> None:
    if as_json:
        print_json(shadow)
        return
    typer.echo(
        _("Shadow run %(id)s: %(changed)s of %(all)s accounts differ (%(state)s, %(digest)s)")
        % {
            "id": shadow.id,
            "changed": shadow.changed_count,
            "all": shadow.payer_count,
            "state": shadow.state,
            "digest": shadow.digest,
        }
    )
    print_table("", ("currency", "first", "second", "total"),
                [(one.currency, one.first, one.second, one.difference) for one in shadow.totals])  # fmt: skip
    print_table("", ("cause", "accounts", "lines", "total"),
                [(one.cause, one.account_count, one.change_count, one.amount) for one in shadow.groups])  # fmt: skip
    if shadow.signed_at:
        typer.echo(_("Signed off: %(reason)s") % {"reason": shadow.reason})


@commands.command()
def show(shadow: int, xlsx: Path | None = typer.Option(None), as_json: bool = AS_JSON) -> None:
    """Show a shadow run again, or write its workbook."""
    found = queries.get_shadow(shadow)
    if xlsx:
        xlsx.write_bytes(shadow_workbook(found))
    _show(found, as_json)


@commands.command("list")
def list_shadows(run: int = typer.Option(0, help="Of this bill run."), as_json: bool = AS_JSON) -> None:
    """List shadow runs, the newest first."""
    rows = queries.list_shadows(bill_run_id=run or None)
    if as_json:
        print_json(rows)
        return
    print_table("", ("id", "run", "as of", "state", "accounts", "description"),
                [(row.id, row.bill_run_id, row.as_of, row.state, row.changed_count, row.description)
                 for row in rows])  # fmt: skip


@commands.command()
def differences(shadow: int, account: str, as_json: bool = AS_JSON) -> None:
    """List what differs for one account, with the factor before and after."""
    rows = [row for _id, row in queries.list_changes(shadow, payer_id=account_id_named(account))]
    if as_json:
        print_json(rows)
        return
    print_table("", ("cause", "text", "before", "after", "total"),
                [(row.cause, row.what, row.before, row.after, row.amount) for row in rows])  # fmt: skip


@commands.command()
def sign_off(shadow: int, reason: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Say that the differences are as they should be; not by the person who had them drafted."""
    with transaction.atomic():
        signed = sign_off_shadow(act=act_as(as_user), shadow_id=shadow, reason=reason)
    _show(signed, as_json)
