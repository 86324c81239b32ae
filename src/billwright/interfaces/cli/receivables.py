"""billwright receivables: open items, holds, slips, allocation by hand and its undoing, moves between accounts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_named, items_named
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.receivables import operations
from billwright.receivables.queries import chaseable, get_cash, list_account_holds, list_allocations, list_cash
from billwright.receivables.rows import AllocationPart, AllocationRow, CashShare, HoldRow
from billwright.receivables.states import AllocationPolicy, HoldReason
from billwright.render.pdf import file_name, render_pdf
from billwright.reporting.slip_paper import printed_slip

app = typer.Typer(help=_("What is owed and what settles it."))

ON_DAY = typer.Option(..., "--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="Holds of this day.")
CASH = typer.Option(None, "--cash", help="A piece of unallocated cash.")


@app.command()
def items(
    account: str = typer.Argument(..., metavar="BAN"),
    as_of: datetime = ON_DAY,
    as_json: bool = AS_JSON,
) -> None:
    """Open items of an account: open, held, covered by its own credit, chaseable."""
    rows = chaseable(as_of=as_of.date(), account_ids=[account_named(account).id])
    if as_json:
        print_json(rows)
        return
    print_table(
        account,
        ["document", "due", "amount", "open", "held", "covered", "chaseable"],
        [(row.shown_name, row.due_date, row.amount, row.open, row.held, row.covered, row.chaseable) for row in rows],
    )


@app.command()
def slip(
    account: str = typer.Argument(..., metavar="BAN"),
    as_of: datetime = ON_DAY,
    pdf: Path | None = typer.Option(None, "--pdf", metavar="FILE", help="File to write (default: its number)."),
) -> None:
    """Print a remittance slip: what an account is asked to pay, where to, and a code to scan."""
    paper = printed_slip(account_named(account).id, as_of=as_of.date())
    target = pdf or Path(file_name(paper.number))
    target.write_bytes(render_pdf(paper))
    typer.echo(str(target))


@app.command()
def holds(
    account: str = typer.Argument(..., metavar="BAN"),
    as_of: datetime = ON_DAY,
    as_json: bool = AS_JSON,
) -> None:
    """The holds in force on the open items of an account."""
    rows = list_account_holds(account_id=account_named(account).id, as_of=as_of.date())
    _show_holds(rows, as_json)


@app.command()
def hold(
    document: str = typer.Argument(..., help="The number as it is printed."),
    why: HoldReason = typer.Option(HoldReason.MANUAL, "--why"),
    since: datetime = typer.Option(..., "--from", metavar="DATE", formats=["%Y-%m-%d"], help="First day."),
    until: datetime | None = typer.Option(
        None, "--until", metavar="DATE", formats=["%Y-%m-%d"], help="The day on which it is chased again."
    ),
    amount: str = typer.Option("", "--amount", help="Default: all of it."),
    note: str = typer.Option("", "--note"),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Keep a document, or an amount of it, from being chased. It is still owed and goes on ageing."""
    item = items_named(document)[0]
    with transaction.atomic():
        rows = operations.hold_document(
            act=act_as(username, reason=note),
            invoice_id=item.invoice_id,
            reason=why,
            valid_from=since.date(),
            valid_until=until.date() if until else None,
            amount=Money.of(amount, item.amount.currency) if amount else None,
            note=note,
        )
    _show_holds(list(rows), as_json)


@app.command()
def release(
    hold_id: int = typer.Argument(..., metavar="HOLD", help="Its id, as `receivables holds` gives it."),
    on: datetime = typer.Option(..., "--on", metavar="DATE", formats=["%Y-%m-%d"], help="Chased again from this day."),
    reason: str = typer.Option("", "--reason", help="Why; kept in the audit trail."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """End a hold."""
    with transaction.atomic():
        row = operations.release_hold(act=act_as(username, reason=reason), hold_id=hold_id, on=on.date())
    _show_holds([row], as_json)


def _show_holds(rows: list[HoldRow], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        "",
        ["hold", "item", "reason", "amount", "from", "until", "note"],
        [
            (row.hold_id, row.open_item_id, row.reason, row.amount or _("all"), row.valid_from, row.valid_until or "",
             row.note)
            for row in rows
        ],
    )  # fmt: skip


@app.command()
def cash(account: str = typer.Argument(..., metavar="BAN"), as_json: bool = AS_JSON) -> None:
    """Unallocated cash of an account, piece by piece."""
    rows = list_cash(account_id=account_named(account).id)
    if as_json:
        print_json(rows)
    else:
        print_table(account, ["cash", "value date", "left"], [(row.cash_id, row.value_date, row.left) for row in rows])


@app.command()
def allocations(account: str = typer.Argument(..., metavar="BAN"), as_json: bool = AS_JSON) -> None:
    """Allocations that stand on the items of an account, the newest first."""
    _show(list_allocations(account_id=account_named(account).id, standing_only=True), as_json)


@app.command()
def allocate(
    documents: list[str] = typer.Argument(None, metavar="[DOCUMENT[=AMOUNT]]...", help="None: by the policy."),
    cash_id: int | None = CASH,
    credit_note: str = typer.Option("", "--credit-note", metavar="NUMBER", help="An unapplied credit note."),
    policy: AllocationPolicy = typer.Option(AllocationPolicy.OLDEST_FIRST, "--policy"),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Allocate cash or a credit note to documents, or let a standing policy decide for a piece of cash."""
    with transaction.atomic():
        if documents:
            parts = [_part(text, cash_id, credit_note) for text in documents]
            rows = operations.allocate(act=act_as(username), parts=parts)
        elif cash_id is not None:
            rows = operations.allocate_by_policy(act=act_as(username), cash_ids=[cash_id], policy=policy)
        else:
            raise Refusal(
                "allocation.one_source",
                _("Neither documents nor a piece of cash are named."),
                field="cash",
                cure=_("Give --cash, and documents unless a policy shall decide."),
            )
    _show(rows, as_json)


def _part(text: str, cash_id: int | None, credit_note: str) -> AllocationPart:
    number, _equals, amount = text.partition("=")
    item = items_named(number)[0]
    return AllocationPart(
        invoice_id=item.invoice_id,
        cash_id=cash_id,
        credit_item_id=items_named(credit_note)[0].open_item_id if credit_note else None,
        amount=Money.of(amount, item.amount.currency) if amount else None,
    )


@app.command()
def unallocate(
    allocation_ids: list[int] = typer.Argument(..., metavar="ALLOCATION..."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take allocations back, by reversal."""
    with transaction.atomic():
        rows = operations.unallocate(act=act_as(username), allocation_ids=allocation_ids)
    _show(rows, as_json)


@app.command()
def move(
    cash_id: int = typer.Argument(..., metavar="CASH"),
    shares: list[str] = typer.Argument(..., metavar="BAN=AMOUNT..."),
    reason: str = typer.Option(..., "--reason", help="Why; kept in the audit trail."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Move unallocated cash to the accounts where it belongs."""
    parsed = []
    for text in shares:
        number, _equals, amount = text.partition("=")
        account = account_named(number)
        parsed.append(CashShare(account_id=account.id, amount=Money.of(amount, account.currency)))
    with transaction.atomic():
        rows = operations.move_cash(act=act_as(username, reason=reason), cash_id=cash_id, shares=parsed)
    if as_json:
        print_json(rows)
    else:
        print_table("", ["cash", "account", "amount"], [(row.cash_id, row.account_id, row.amount) for row in rows])


@app.command()
def convert(
    cash_id: int = typer.Argument(..., metavar="CASH"),
    account: str = typer.Argument(..., metavar="BAN", help="Who it is for: the money becomes that account's currency."),
    amount: str = typer.Argument(..., help="Of the money as it came."),
    on: datetime = typer.Option(..., "--on", metavar="DATE", formats=["%Y-%m-%d"], help="The day of the rate."),
    reason: str = typer.Option("", "--reason", help="Why; kept in the audit trail."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Change unallocated cash into the currency of another account, by the dated rate."""
    given = Money.of(amount, get_cash(cash_id).left.currency)
    with transaction.atomic():
        row = operations.convert_cash(
            act=act_as(username, reason=reason),
            cash_id=cash_id,
            account_id=account_named(account).id,
            amount=given,
            on=on.date(),
        )
    if as_json:
        print_json(row)
        return
    words = {"given": row.given, "became": row.became.amount, "rate": f"{row.rate.normalize():f}",
             "day": row.rate_from, "source": row.rate_source or "-", "cash": row.became.cash_id}  # fmt: skip
    typer.echo(_("%(given)s became %(became)s (cash %(cash)s) at %(rate)s, from %(day)s, source %(source)s.") % words)


@app.command("convert-back")
def convert_back(
    cash_id: int = typer.Argument(..., metavar="CASH", help="What the money became."),
    reason: str = typer.Option("", "--reason", help="Why; kept in the audit trail."),
    username: str = AS_USER,
) -> None:
    """Take a change of money back, at the rate that it was made at."""
    with transaction.atomic():
        left = operations.undo_conversion(act=act_as(username, reason=reason), cash_id=cash_id)
    typer.echo(_("%(left)s is left again.") % {"left": left})


def _show(rows: list[AllocationRow] | tuple[AllocationRow, ...], as_json: bool) -> None:
    if as_json:
        print_json(list(rows))
        return
    print_table(
        "",
        ["allocation", "item", "amount", "accounting date", "policy"],
        [(row.allocation_id, row.open_item_id, row.amount, row.accounting_date, row.policy) for row in rows],
    )
