"""billwright discount: give, list, preview and end discounts; make, redeem and close coupons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account, get_accounts
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.catalog import decimal
from billwright.interfaces.cli.naming import account_id_named, entity_id_named
from billwright.kernel import clock
from billwright.kernel.money import Money
from billwright.rating import operations, queries
from billwright.rating.operations import NewCoupon, NewDiscount
from billwright.rating.queries import CouponRow, DiscountRow
from billwright.subscriptions.queries import find_by_number
from billwright.subscriptions.queries import not_found as no_subscription
from billwright.workflow.offers import OfferPreview, preview_coupon, preview_discount

app = typer.Typer(help=_("Discounts and coupons: less by a percentage or an amount, for some periods or for all."))

DAY = ["%Y-%m-%d"]
SUBSCRIPTION = typer.Option("", help="Number of one of its subscriptions (default: the whole account).")
PLAN = typer.Option("", help="Only for this plan.")
CHARGE = typer.Option(None, help="Only for this charge; repeat it for several.")
PERCENT = typer.Option("", help="Such as 10.")
AMOUNT = typer.Option("", help="Instead: an amount a full period, such as 12.50.")
PERIODS = typer.Option(None, help="For so many periods (default: for all).")
STARTS = typer.Option(None, "--from", formats=DAY, help="First day (default: today).")
ENDS = typer.Option(None, "--before", formats=DAY, help="Ends before this day.")
PREVIEW = typer.Option(False, "--preview", help="Only say what the next invoice comes to with it.")


@dataclass(frozen=True, slots=True)
class Whose:
    """An account, perhaps one of its subscriptions, and the account's present day."""

    account_id: int
    subscription_id: int | None
    today: date


def whose(account: str, subscription: str) -> Whose:
    """Whose agreement it is, by numbers. Raises NotFound."""
    account_id = account_id_named(account)
    found = find_by_number(subscription) if subscription else None
    if subscription and found is None:
        raise no_subscription(subscription)
    today = clock.business_date(clock.now(), get_account(account_id).timezone)
    return Whose(account_id, found.id if found else None, today)


def day_of(given: datetime | None) -> date | None:
    """The civil day of an option."""
    return given.date() if given else None


def number(text: str, *, field: str) -> Decimal | None:
    """A number, or None where nothing was typed. Raises Refusal `number.unreadable`."""
    return decimal(text, field=field) if text else None


def tell(found: OfferPreview, *, as_json: bool) -> None:
    """What the next invoice comes to without an agreement and with it."""
    if as_json:
        print_json(found)
        return

    def money(minor: int) -> Money:
        return Money(minor, found.currency)

    typer.echo(
        _("The next invoice, on %(day)s: %(before)s without it, %(after)s with it (%(difference)s).")
        % {
            "day": found.reckoned_on,
            "before": money(found.before_minor),
            "after": money(found.after_minor),
            "difference": money(found.difference_minor),
        }
    )


def _size(row: DiscountRow | CouponRow) -> str:
    return f"{plain(row.percent)} %" if row.percent is not None else f"{plain(row.amount or Decimal(0))} {row.currency}"


def _show(rows: list[DiscountRow], *, title: str, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    accounts = get_accounts({row.account_id for row in rows})
    print_table(
        title,
        ("id", "account", "name", "less", "on", "periods", "from", "before", "coupon"),
        [
            (row.id, accounts[row.account_id].number, row.name, _size(row), row.limited_to, row.periods or "",
             row.starts_on, row.ends_before or "", row.code)
            for row in rows
        ],
    )  # fmt: skip


@app.command()
def give(
    account: str,
    name: str = typer.Argument(..., help="As printed."),
    percent: str = PERCENT,
    amount: str = AMOUNT,
    subscription: str = SUBSCRIPTION,
    plan: str = PLAN,
    charge: list[str] | None = CHARGE,
    periods: int | None = PERIODS,
    starts: datetime | None = STARTS,
    before: datetime | None = ENDS,
    position: int = typer.Option(0, help="Among equally limited ones the lower is taken first."),
    preview: bool = PREVIEW,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Give a discount to an account or one of its subscriptions."""
    owner = whose(account, subscription)
    discount = NewDiscount(
        account_id=owner.account_id,
        subscription_id=owner.subscription_id,
        name=name,
        percent=number(percent, field="percent"),
        amount=number(amount, field="amount"),
        plan=plan,
        charges=tuple(charge or ()),
        periods=periods,
        starts_on=day_of(starts) or owner.today,
        ends_before=day_of(before),
        position=position,
    )
    if preview:
        tell(preview_discount(act=act_as(as_user), discount=discount, as_of=owner.today), as_json=as_json)
        return
    with transaction.atomic():
        row = operations.give_discount(act=act_as(as_user), discount=discount)
    _show([row], title="", as_json=as_json)


@app.command("list")
def list_(
    account: str = typer.Argument("", help="Number of an account (default: all)."),
    running: bool = typer.Option(False, help="Only those that have not ended."),
    limit: int = 100,
    as_json: bool = AS_JSON,
) -> None:
    """List discounts; those of one account in the order in which a bill takes them."""
    if not account:
        today = clock.business_date(clock.now(), "UTC") if running else None
        _show(queries.search_discounts(on=today, limit=limit), title="", as_json=as_json)
        return
    owner = whose(account, "")
    rows = queries.stacking_order(queries.list_discounts(owner.account_id))
    ended = [row for row in rows if row.ends_before is not None and row.ends_before <= owner.today]
    _show([row for row in rows if not running or row not in ended][:limit], title=account, as_json=as_json)


@app.command()
def end(
    discount: int = typer.Argument(..., help="Its id, from `discount list`."),
    before: datetime = typer.Option(..., formats=DAY, help="It holds for service before this day only."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """End a discount; what is issued stays."""
    with transaction.atomic():
        row = operations.end_discount(act=act_as(as_user), discount_id=discount, ends_before=before.date())
    _show([row], title="", as_json=as_json)


@app.command()
def redeem(
    code: str,
    account: str,
    subscription: str = SUBSCRIPTION,
    starts: datetime | None = STARTS,
    preview: bool = PREVIEW,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Redeem a coupon on an account or one of its subscriptions."""
    owner = whose(account, subscription)
    asked: dict[str, Any] = {
        "code": code,
        "account_id": owner.account_id,
        "subscription_id": owner.subscription_id,
        "on": owner.today,
    }
    if preview:
        tell(preview_coupon(act=act_as(as_user), **asked), as_json=as_json)
        return
    with transaction.atomic():
        row = operations.redeem_coupon(act=act_as(as_user), starts_on=day_of(starts), **asked)
    _show([row], title="", as_json=as_json)


def _show_coupons(rows: list[CouponRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        "",
        ("code", "name", "less", "periods", "from", "before", "used", "of", "closed"),
        [
            (row.code, row.name, _size(row), row.periods or "", row.valid_from, row.ends_before or "", row.use_count,
             row.uses_max or "", row.closed_at or "")
            for row in rows
        ],
    )  # fmt: skip


@app.command("create-coupon")
def create_coupon(
    code: str,
    name: str = typer.Argument(..., help="As printed."),
    percent: str = PERCENT,
    amount: str = AMOUNT,
    currency: str = typer.Option("", help="Of the amount."),
    plan: str = PLAN,
    charge: list[str] | None = CHARGE,
    periods: int | None = PERIODS,
    starts: datetime = typer.Option(..., "--from", formats=DAY, help="First day on which it is redeemed."),
    before: datetime | None = typer.Option(None, formats=DAY, help="Redeemed before this day only."),
    uses: int | None = typer.Option(None, help="How often (default: without end)."),
    once: bool = typer.Option(True, "--once/--often", help="Once for each customer, or as often as they like."),
    entity: str = typer.Option("", help="Code of the only company whose customers may redeem it."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Make a coupon: a code that gives a discount to whoever redeems it."""
    coupon = NewCoupon(
        code=code,
        name=name,
        percent=number(percent, field="percent"),
        amount=number(amount, field="amount"),
        currency=currency,
        plan=plan,
        charges=tuple(charge or ()),
        periods=periods,
        valid_from=starts.date(),
        ends_before=day_of(before),
        uses_max=uses,
        once_per_customer=once,
        legal_entity_id=entity_id_named(entity),
    )
    with transaction.atomic():
        row = operations.create_coupon(act=act_as(as_user), coupon=coupon)
    _show_coupons([row], as_json=as_json)


@app.command()
def coupons(
    code: str = typer.Argument("", help="One coupon: where it is used (default: list them all)."),
    as_json: bool = AS_JSON,
) -> None:
    """List coupons, or the discounts that were made of one."""
    if not code:
        _show_coupons(queries.list_coupons(), as_json=as_json)
        return
    coupon = queries.get_coupon_by_code(code)
    _show(queries.search_discounts(coupon_id=coupon.id, limit=1000), title=coupon.code, as_json=as_json)


@app.command("close-coupon")
def close_coupon(code: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Let nobody redeem a coupon any more; its discounts go on."""
    with transaction.atomic():
        row = operations.close_coupon(act=act_as(as_user), coupon_id=queries.get_coupon_by_code(code).id)
    _show_coupons([row], as_json=as_json)
