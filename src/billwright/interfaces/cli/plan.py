"""billwright plan: plans of every price model, price changes with their preview, and a price calculator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.catalog.operations import NewPrice, create_plan
from billwright.catalog.policies import followed_by
from billwright.catalog.queries import ChargeRow, PlanRow, PriceRow, get_plan, list_plan_prices, list_prices
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.interfaces.cli.catalog import FROM, decimal
from billwright.interfaces.cli.discount import tell
from billwright.interfaces.cli.naming import account_id_named
from billwright.kernel import clock
from billwright.kernel.errors import NotFound, Refusal
from billwright.subscriptions.operations import PriceRamp, PriceStep, agree_price_ramp, change_price
from billwright.subscriptions.queries import find_by_number
from billwright.subscriptions.queries import not_found as no_subscription
from billwright.workflow.offers import preview_price_ramp
from billwright.workflow.price_change import PriceChangePreview, calculate_price, preview_price_change
from billwright.workflow.scenarios.plans import new_charge, read_charge, read_plan, terms_of, tiers_of

app = typer.Typer(help=_("Plans of every price model, price changes with their preview, and a price calculator."))

SCOPE = typer.Option("", "--for", help="segment:CODE, account:ID or subscription:ID; empty: all.")
SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class PlanWithPrices:
    """A plan and every version of its prices."""

    plan: PlanRow
    prices: tuple[PriceRow, ...]


def _charge(plan: str, code: str) -> ChargeRow:
    charge = next((one for one in get_plan(code=plan).charges if one.code == code), None)
    if charge is None:
        raise NotFound("charge.not_found", _("The plan has no such charge."), field="charge")
    return charge


@app.command()
def create(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="A plan in the words of a scenario file."),
    product: str = typer.Option(..., help="Code of the product that its charges sell."),
    currency: str = typer.Option(..., help="Currency of its prices."),
    valid_from: datetime = FROM,
    name: str = typer.Option("", help="As printed; empty: its code."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Add a plan with charges of any price model, its limits, trial and clauses (docs/prices)."""
    plan = read_plan(file.read_text(encoding="utf-8"))
    day = valid_from.date()
    charges = tuple(
        new_charge(charge, product=product, currencies=[currency], beginning=day) for charge in plan.charges
    )
    with transaction.atomic():
        row = create_plan(
            act=act_as(as_user),
            code=plan.code,
            name=name or plan.code,
            charges=charges,
            terms=terms_of(plan, currencies=[currency], beginning=day),
        )
    if as_json:
        print_json(row)
    else:
        typer.echo(row.code)


@app.command()
def show(plan: str, as_json: bool = AS_JSON) -> None:
    """Show a plan with every version of its prices."""
    row = get_plan(code=plan)
    prices = list_plan_prices(row.id)
    if as_json:
        print_json(PlanWithPrices(row, tuple(prices)))
        return
    codes = {charge.id: charge for charge in row.charges}
    print_table(
        plan,
        ("charge", "model", "for", "currency", "from", "version", "price", "tiers"),
        [
            (codes[one.plan_charge_id].code, codes[one.plan_charge_id].model, one.scope, one.currency, one.valid_from,
             one.version, plain(one.unit_price), len(one.tiers))
            for one in prices
        ],
    )  # fmt: skip


@app.command()
def price(
    plan: str,
    charge: str,
    amount: str = typer.Argument("", help="The new price; empty with --tiers."),
    tiers: str = typer.Option("", help='Such as \'{up_to: "100", unit: "0.50"}, {unit: "0.30"}\'.'),
    currency: str = typer.Option(..., help="Currency of the price."),
    valid_from: datetime = FROM,
    scope: str = SCOPE,
    preview: bool = typer.Option(False, "--preview", help="Only say which contracts take it."),
    yes: bool = typer.Option(False, "--yes", help="Set it although no contract takes it."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Change a price from a day on, after saying which contracts take it and what they come to a month."""
    row = _charge(plan, charge)
    new = _new_price(row, amount=amount, tiers=tiers, currency=currency, valid_from=valid_from, scope=scope)
    found = preview_price_change(plan_charge_id=row.id, price=new)
    if preview:
        _tell(found, as_json=as_json)
        return
    if not found.subscription_count and not yes:
        raise Refusal(
            "price.nobody_reached", _("No contract takes this price."), cure=_("Say --yes to set it all the same.")
        )
    with transaction.atomic():
        made = change_price(act=act_as(as_user), plan_charge_id=row.id, price=new)
    if as_json:
        print_json(made)
    else:
        _tell(found, as_json=False)
        typer.echo(_("Version %(version)s holds from %(day)s.") % {"version": made.version, "day": made.valid_from})


def _new_price(row: ChargeRow, *, amount: str, tiers: str, currency: str, valid_from: datetime, scope: str) -> NewPrice:
    if bool(amount) == bool(tiers):
        raise Refusal("price.one_way", _("Give a price or tiers."), field="price", cure=_("Give one of the two."))
    known = [one for one in list_prices(row.id) if one.currency == currency and one.scope in ("", scope)]
    last = max(known, key=lambda one: (one.scope == scope, one.valid_from), default=None)
    day = valid_from.date()
    new = followed_by(last, valid_from=day, scope=scope) if last else NewPrice(currency, day, scope=scope)
    changed = {"unit_price": decimal(amount, field="price")} if amount else {"tiers": _tiers(tiers)}
    return NewPrice(**{name: getattr(new, name) for name in NewPrice.__dataclass_fields__} | changed)


def _tiers(text: str) -> object:
    return tiers_of(read_charge(f"tiers: [{text}]", code="tiers", model="graduated").tiers)


def _tell(found: PriceChangePreview, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ("subscription", "customer", "from", "before", "after"),
        [
            (one.subscription_number, one.customer_name, one.takes_it_from, one.before or "", one.after or "")
            for one in found.contracts[:SHOWN_MAX]
        ],
    )
    typer.echo(
        _("%(count)s subscriptions of %(accounts)s accounts take it: a month %(before)s before, %(after)s after.")
        % {
            "count": found.subscription_count,
            "accounts": found.account_count,
            "before": found.before,
            "after": found.after,
        }
    )


@app.command()
def agree(
    plan: str,
    charge: str,
    step: list[str] = typer.Option(..., help="A price from a day on, such as 2026-01-01=80.00; repeat it."),
    subscription: str = typer.Option("", help="Number of the subscription whose prices they are."),
    account: str = typer.Option("", help="Or number of the account."),
    list_price_from: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="The list price holds again."),
    says: str = typer.Option("", help="Printed where a line is explained."),
    preview: bool = typer.Option(False, "--preview", help="Only say what the next invoice comes to with them."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Agree prices by dates for a subscription or an account, then perhaps the list price again."""
    whose, account_id = _owner(subscription, account)
    ramp = PriceRamp(
        plan_charge_id=_charge(plan, charge).id,
        steps=tuple(_step(text, row=row) for row, text in enumerate(step, start=1)),
        list_price_from=list_price_from.date() if list_price_from else None,
        says=says,
        **whose,
    )
    today = clock.business_date(clock.now(), get_account(account_id).timezone)
    if preview:
        tell(preview_price_ramp(act=act_as(as_user), ramp=ramp, as_of=today), as_json=as_json)
        return
    with transaction.atomic():
        made = agree_price_ramp(act=act_as(as_user), ramp=ramp, as_of=today)
    if as_json:
        print_json(made)
        return
    rows = [(one.valid_from, _("list price") if one.lapses else plain(one.unit_price), one.currency) for one in made]
    print_table("", ("from", "price", "currency"), rows)


def _owner(subscription: str, account: str) -> tuple[dict[str, int], int]:
    """Whose prices they are, as the ramp names it, and the account. Raises Refusal `ramp.owner`, NotFound."""
    if bool(subscription) == bool(account):
        raise Refusal("ramp.owner", _("Name a subscription or an account."), field="subscription")
    if account:
        account_id = account_id_named(account)
        return {"account_id": account_id}, account_id
    found = find_by_number(subscription)
    if found is None:
        raise no_subscription(subscription)
    return {"subscription_id": found.id}, found.account_id


def _step(text: str, *, row: int) -> PriceStep:
    day, _equals, price = text.partition("=")
    try:
        return PriceStep(date.fromisoformat(day.strip()), decimal(price.strip(), field="step"))
    except ValueError as error:
        raise Refusal(
            "ramp.step", _("%(text)s is no step.") % {"text": text}, field="step", row=row,
            cure=_("Write it as 2026-01-01=80.00."),
        ) from error  # fmt: skip


@app.command()
def calculate(
    plan: str,
    charge: str,
    quantity: str,
    currency: str = typer.Option(..., help="Currency of the price."),
    on: datetime = typer.Option(..., formats=["%Y-%m-%d"], metavar="DATE", help="The day whose price holds."),
    scope: str = SCOPE,
    as_json: bool = AS_JSON,
) -> None:
    """What a quantity costs for a whole period, with its tiers."""
    found = calculate_price(
        plan_charge_id=_charge(plan, charge).id,
        currency=currency,
        on=on.date(),
        quantity=decimal(quantity, field="quantity"),
        scopes=(scope,) if scope else (),
    )
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ("tier", "units", "price", "amount"),
        [(part.label, plain(part.quantity), plain(part.unit_price), plain(part.amount)) for part in found.parts],
    )
    typer.echo(str(found.amount))
