"""billwright subscriptions: order, activate, change, cancel, hold, and what is billed next."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.catalog.states import ChangeEffect
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.catalog import decimal
from billwright.interfaces.cli.naming import account_id_named
from billwright.kernel import clock
from billwright.kernel.money import Money
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import NewSubscription
from billwright.subscriptions.queries import SubscriptionRow
from billwright.subscriptions.states import Unused
from billwright.workflow.bill_run import ChangeAsked, ChangeKind, preview_change
from billwright.workflow.contract_changes import change_plan_by_rule
from billwright.workflow.offers import subscribe_with_coupon

app = typer.Typer(help=_("Subscriptions: from order and activation to the end."))

DAY = ["%Y-%m-%d"]


def subscription_of(number: str) -> SubscriptionRow:
    """The subscription of a number. Raises NotFound."""
    row = queries.find_by_number(number)
    if row is None:
        raise queries.not_found(number)
    return row


def _today(account_id: int) -> date:
    return clock.business_date(clock.now(), get_account(account_id).timezone)


def _show(row: SubscriptionRow, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    typer.echo(f"{row.number}  {row.plan_code}  {row.state}  {row.starts_on or '-'} .. {row.ends_before or '-'}")


@app.command("list")
def list_(
    account: str = typer.Argument("", help="Number of a billing account (default: all)."),
    state: list[str] | None = typer.Option(None, help="PENDING, ACTIVE, ENDING or ENDED."),
    limit: int = 100,
    as_json: bool = AS_JSON,
) -> None:
    """List subscriptions."""
    ids = [account_id_named(account)] if account else None
    found = queries.list_subscriptions(account_ids=ids, states=state or (), limit=limit)
    if as_json:
        print_json(found)
        return
    rows = [
        (row.number, row.plan_code, plain(row.quantity), row.state, row.starts_on, row.ends_before) for row in found
    ]
    print_table("", ("number", "plan", "quantity", "state", "starts", "ends before"), rows)


@app.command()
def show(number: str, as_json: bool = AS_JSON) -> None:
    """Show a subscription's prices and quantities over time, and how far each is billed."""
    items = queries.list_items(subscription_of(number).id)
    if as_json:
        print_json(items)
        return
    rows = [
        (item.charge_code, plain(item.quantity), f"{plain(item.unit_price)} {item.currency}",
         item.effective_from, item.effective_to, item.billed_through)
        for item in items
    ]  # fmt: skip
    print_table(number, ("charge", "quantity", "price", "from", "to", "billed before"), rows)


@app.command()
def subscribe(
    account: str,
    plan: str,
    quantity: str = "1",
    starts: datetime | None = typer.Option(None, formats=DAY, help="First day of service; none: wait for activation."),
    billed_to: datetime | None = typer.Option(None, formats=DAY, help="Billed elsewhere before this day."),
    description: str = typer.Option("", help="Printed on lines."),
    reference: str = "",
    term: int = typer.Option(0, help="Minimum term in months, renewed unless notice is given."),
    notice: int = typer.Option(0, help="Notice period in days."),
    coupon: str = typer.Option("", help="Code of a coupon to redeem on it."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Order a plan for an account, perhaps with a coupon."""
    account_id = account_id_named(account)
    row = NewSubscription(
        account_id=account_id,
        plan=plan,
        ordered_on=_today(account_id),
        quantity=decimal(quantity, field="quantity"),
        starts_on=starts.date() if starts else None,
        billed_to=billed_to.date() if billed_to else None,
        description=description,
        reference=reference,
        term_months=term,
        notice_days=notice,
    )
    with transaction.atomic():
        made = (
            subscribe_with_coupon(act=act_as(as_user), row=row, code=coupon, on=row.ordered_on)
            if coupon
            else operations.subscribe(act=act_as(as_user), row=row)
        )
    _show(made, as_json)


@app.command()
def activate(
    number: str,
    starts: datetime = typer.Option(..., formats=DAY, help="First day of service."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Confirm the activation: billing begins on that day."""
    with transaction.atomic():
        row = operations.activate(
            act=act_as(as_user), subscription_id=subscription_of(number).id, starts_on=starts.date()
        )
    _show(row, as_json)


@app.command()
def cancel(
    number: str,
    reason: str,
    before: datetime | None = typer.Option(None, formats=DAY, help="Ends before this day (default: period end)."),
    unused: Unused = typer.Option(Unused.CREDIT, help="What becomes of time that is paid for and not served."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Cancel at the end of the running period, or for a day."""
    found = subscription_of(number)
    with transaction.atomic():
        row = operations.cancel(
            act=act_as(as_user, reason=reason),
            subscription_id=found.id,
            as_of=_today(found.account_id),
            ends_before=before.date() if before else None,
            unused=unused,
        )
    _show(row, as_json)


@app.command()
def keep(number: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Take a cancellation back before its day."""
    found = subscription_of(number)
    with transaction.atomic():
        row = operations.keep(act=act_as(as_user), subscription_id=found.id, as_of=_today(found.account_id))
    _show(row, as_json)


@app.command()
def quantity(
    number: str,
    value: str,
    starts: datetime = typer.Option(..., "--from", formats=DAY, help="First day of the new quantity."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Change the quantity from a day on, which may lie in the past."""
    found = subscription_of(number)
    with transaction.atomic():
        row = operations.change_quantity(
            act=act_as(as_user),
            subscription_id=found.id,
            as_of=_today(found.account_id),
            quantity=decimal(value, field="quantity"),
            effective_on=starts.date(),
        )
    _show(row, as_json)


EFFECT = typer.Option(
    None, case_sensitive=False, help="When another plan holds (default: as the rule of its plan says)."
)
FROM = typer.Option(None, "--from", formats=DAY, help="First day of it (default: the end of the running period).")


@app.command()
def change(
    number: str,
    plan: str,
    quantity: str = typer.Option("", help="Another quantity with it."),
    effect: ChangeEffect | None = EFFECT,
    starts: datetime | None = typer.Option(None, "--from", formats=DAY, help="First day of it (default: by the rule)."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Let it run on another plan: when and how the rule of its plan says, or as named."""
    found = subscription_of(number)
    with transaction.atomic():
        row = change_plan_by_rule(
            act=act_as(as_user),
            subscription_id=found.id,
            plan=plan,
            quantity=decimal(quantity, field="quantity") if quantity else None,
            as_of=_today(found.account_id),
            effect=effect,
            effective_on=starts.date() if starts else None,
        )
    _show(row, as_json)


@app.command()
def pause(
    number: str,
    percent: str = typer.Option("", help="Of the recurring charges, charged meanwhile (default: by contract)."),
    starts: datetime | None = FROM,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take it out of service until it is resumed."""
    found = subscription_of(number)
    with transaction.atomic():
        row = operations.pause(
            act=act_as(as_user),
            subscription_id=found.id,
            percent=decimal(percent, field="percent") if percent else None,
            as_of=_today(found.account_id),
            effective_on=starts.date() if starts else None,
        )
    _show(row, as_json)


@app.command()
def resume(
    number: str,
    starts: datetime | None = typer.Option(None, "--from", formats=DAY, help="First day of service (default: today)."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take a paused subscription into service again."""
    found = subscription_of(number)
    with transaction.atomic():
        row = operations.resume(
            act=act_as(as_user),
            subscription_id=found.id,
            as_of=_today(found.account_id),
            effective_on=starts.date() if starts else None,
        )
    _show(row, as_json)


@app.command("cycle-day")
def cycle_day(number: str, day: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Let its periods end on another day of the month; what is billed stays."""
    found = subscription_of(number)
    with transaction.atomic():
        row = operations.change_cycle_day(
            act=act_as(as_user), subscription_id=found.id, cycle_day=day, as_of=_today(found.account_id)
        )
    _show(row, as_json)


@app.command()
def changes(number: str, as_json: bool = AS_JSON) -> None:
    """List its changes, past and planned."""
    found = queries.list_changes(subscription_of(number).id)
    if as_json:
        print_json(found)
        return
    rows = [
        (row.id, row.effective_from, row.kind, row.plan_code, "" if row.quantity is None else plain(row.quantity),
         row.recorded_by, "withdrawn" if row.withdrawn_by else "" if row.in_force else "planned")
        for row in found
    ]  # fmt: skip
    print_table(number, ("id", "from", "change", "plan", "quantity", "by", ""), rows)


@app.command()
def withdraw(number: str, change_id: int, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Take a planned change back before its day."""
    found = subscription_of(number)
    with transaction.atomic():
        row = operations.withdraw_change(
            act=act_as(as_user), subscription_id=found.id, change_id=change_id, as_of=_today(found.account_id)
        )
    _show(row, as_json)


@app.command()
def preview(
    number: str,
    kind: ChangeKind,
    plan: str = "",
    quantity: str = "",
    starts: datetime | None = FROM,
    day: int | None = typer.Option(None, help="Of the month, for cycle_day."),
    effect: ChangeEffect | None = EFFECT,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Show the credit, the charge and the next invoice of a change; nothing is written."""
    found = subscription_of(number)
    asked = ChangeAsked(
        kind=kind,
        effective_on=starts.date() if starts else None,
        plan=plan,
        quantity=decimal(quantity, field="quantity") if quantity else None,
        cycle_day=day,
        effect=effect,
    )
    shown = preview_change(act=act_as(as_user), subscription_id=found.id, asked=asked, as_of=_today(found.account_id))
    if as_json:
        print_json(shown)
        return
    totals = [(document.kind, Money(document.total_minor, document.currency)) for document in shown.next.documents]
    if shown.decision:
        size = _("dearer") if shown.decision.is_upgrade else _("cheaper")
        typer.echo(f"{size}: {shown.decision.effect}")
    rows = [
        ("credit", Money(shown.credit_minor, shown.currency)),
        ("charge", Money(shown.charge_minor, shown.currency)),
        *((f"{kind.lower()} of {shown.next_on}", total) for kind, total in totals),
    ]
    print_table("before what is billed: it corrects" if shown.is_correction else "", ("what", "amount"), rows)


@app.command()
def renewals(account: str, days: int = typer.Option(60, help="How many days ahead."), as_json: bool = AS_JSON) -> None:
    """Say what an account is billed next, before discount and tax."""
    account_id = account_id_named(account)
    found = queries.next_renewals(account_ids=[account_id], until=_today(account_id) + timedelta(days=days))
    if as_json:
        print_json(found)
        return
    rows = [
        (row.due_on, row.subscription_number, row.charge_name, f"{row.service_from} .. {row.service_to}",
         Money(row.amount_minor, row.currency))
        for row in found
    ]  # fmt: skip
    print_table("", ("billed on", "subscription", "charge", "service", "net"), rows)


@app.command()
def hold(
    account: str,
    reason: str,
    until: datetime | None = typer.Option(None, formats=DAY, help="Not held from this day on."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Do not bill an account for now; what is held waits."""
    account_id = account_id_named(account)
    with transaction.atomic():
        row = operations.place_billing_hold(
            act=act_as(as_user, reason=reason),
            account_id=account_id,
            reason=reason,
            valid_from=_today(account_id),
            valid_until=until.date() if until else None,
        )
    if as_json:
        print_json(row)
    else:
        typer.echo(_("Hold %(id)s is placed.") % {"id": row.id})


@app.command()
def release(hold_id: int, as_user: str = AS_USER) -> None:
    """Release a billing hold: the next run takes what waited."""
    with transaction.atomic():
        operations.release_billing_hold(act=act_as(as_user), billing_hold_id=hold_id)
    typer.echo(_("Hold %(id)s is released.") % {"id": hold_id})
