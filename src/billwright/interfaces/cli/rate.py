"""billwright rate: what a currency is worth in another, from a day on."""

from __future__ import annotations

from datetime import datetime

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.catalog import FROM, decimal
from billwright.org.operations import set_exchange_rate
from billwright.org.queries import RateRow, list_exchange_rates

app = typer.Typer(help=_("Exchange rates: what a currency is worth in another, from a day on."), no_args_is_help=True)

FROM_CURRENCY = typer.Argument(..., metavar="FROM", help="The currency of which one unit is worth RATE.")
TO_CURRENCY = typer.Argument(..., metavar="TO", help="The currency of the rate, such as that of the books.")


@app.command("set")
def set_rate(
    from_currency: str = FROM_CURRENCY,
    to_currency: str = TO_CURRENCY,
    rate: str = typer.Argument(..., metavar="RATE", help="A decimal number above zero."),
    valid_from: datetime = FROM,
    source: str = typer.Option("", help="Who publishes it, as the audit trail shall say."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Enter a rate; documents issued from that day on are booked by it."""
    with transaction.atomic():
        set_exchange_rate(
            act=act_as(as_user),
            from_currency=from_currency.upper(),
            to_currency=to_currency.upper(),
            valid_from=valid_from.date(),
            rate=decimal(rate, field="rate"),
            source=source,
        )
    _show(list_exchange_rates(currency=from_currency.upper(), limit=1), as_json=as_json)


@app.command("list")
def show_rates(
    currency: str = typer.Option("", help="Only those that it is one side of."),
    limit: int = typer.Option(50, min=1, max=5000),
    as_json: bool = AS_JSON,
) -> None:
    """The rates, the newest entry first."""
    _show(list_exchange_rates(currency=currency.upper(), limit=limit), as_json=as_json)


def _show(rows: list[RateRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    columns = (_("one"), _("is worth"), _("of"), _("from"), _("source"))
    print_table("", columns, [(r.from_currency, plain(r.rate), r.to_currency, r.valid_from, r.source) for r in rows])
