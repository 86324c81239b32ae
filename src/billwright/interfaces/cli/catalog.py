"""billwright catalog: products, plans, dated prices and taxes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.catalog import operations, queries
from billwright.catalog.operations import NewCharge, NewPrice
from billwright.catalog.states import IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, plain, print_json, print_table
from billwright.kernel.errors import Refusal
from billwright.org.queries import get_legal_entity
from billwright.subscriptions.operations import change_price
from billwright.workflow.catalog_search import search_catalog

app = typer.Typer(help=_("What is sold: products, plans, prices that hold from a day on, and taxes."))

FROM = typer.Option(..., "--from", metavar="DATE", formats=["%Y-%m-%d"], help="First day on which it holds.")


def decimal(text: str, *, field: str) -> Decimal:
    """A number as it is typed. Raises Refusal `number.unreadable`."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refusal(
            "number.unreadable",
            _("%(text)r is not a number.") % {"text": text},
            field=field,
            cure=_("Write it as 12.5."),
        )
    return value


@app.command()
def find(text: str, as_json: bool = AS_JSON) -> None:
    """Search products, plans, charges, prices (by amount or scope) and meters."""
    found = search_catalog(text)
    if as_json:
        print_json(found)
        return
    print_table("", ("kind", "code", "name", ""), [(hit.kind, hit.code, hit.name, hit.note) for hit in found])


@app.command()
def plans(every: bool = typer.Option(False, "--all", help="Retired plans too."), as_json: bool = AS_JSON) -> None:
    """List plans with their charges."""
    found = queries.list_plans(active_only=not every)
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ("plan", "name", "charge", "id", "model", "every", "timing"),
        [
            (plan.code, plan.name, charge.code, charge.id, charge.model,
             f"{charge.interval_count} {charge.interval_unit}", charge.timing)
            for plan in found
            for charge in plan.charges
        ],
    )  # fmt: skip


@app.command()
def products(as_json: bool = AS_JSON) -> None:
    """List products."""
    found = queries.list_products()
    if as_json:
        print_json(found)
        return
    print_table(
        "", ("code", "name", "family", "tax"), [(row.code, row.name, row.family, row.tax_category) for row in found]
    )


@app.command()
def add_product(
    code: str,
    name: str,
    family: str = typer.Option("services", help="Revenue family."),
    tax: TaxCategory = typer.Option(TaxCategory.STANDARD, help="Tax category."),
    classification: str = typer.Option("", help="HSN or SAC code."),
    as_user: str = AS_USER,
) -> None:
    """Add something to sell."""
    with transaction.atomic():
        row = operations.create_product(
            act=act_as(as_user),
            code=code,
            name=name,
            family=family,
            tax_category=tax,
            tax_classification=classification,
        )
    typer.echo(row.code)


@app.command()
def add_plan(
    code: str,
    name: str,
    product: str = typer.Option(..., help="Code of the product that its charge sells."),
    price: str = typer.Option(..., help="Unit price, such as 100.00."),
    currency: str = typer.Option(..., help="Currency of the price."),
    valid_from: datetime = FROM,
    every: int = typer.Option(1, help="How many months or days."),
    unit: IntervalUnit = typer.Option(IntervalUnit.MONTH, help="What the interval counts."),
    model: PriceModel = typer.Option(PriceModel.FLAT, help="How the amount follows from the quantity."),
    timing: Timing = typer.Option(Timing.ADVANCE, help="When a period is billed."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Add a plan of one charge. Plans of several charges: page and API."""
    first = NewPrice(currency=currency, valid_from=valid_from.date(), unit_price=decimal(price, field="price"))
    charge = NewCharge(
        code="fee", name=name, product=product, model=model, interval_unit=unit, interval_count=every, timing=timing,
        prices=(first,),
    )  # fmt: skip
    with transaction.atomic():
        row = operations.create_plan(act=act_as(as_user), code=code, name=name, charges=(charge,))
    if as_json:
        print_json(row)
    else:
        typer.echo(row.code)


@app.command()
def retire_plan(code: str, as_user: str = AS_USER) -> None:
    """Offer a plan no longer; running subscriptions go on."""
    with transaction.atomic():
        operations.retire_plan(act=act_as(as_user), code=code)
    typer.echo(code)


@app.command()
def prices(plan: str, as_json: bool = AS_JSON) -> None:
    """List the prices of a plan, the oldest first."""
    found = [row for charge in queries.get_plan(code=plan).charges for row in queries.list_prices(charge.id)]
    if as_json:
        print_json(found)
        return
    print_table(
        plan,
        ("charge", "currency", "from", "price", "version"),
        [(row.plan_charge_id, row.currency, row.valid_from, plain(row.unit_price), row.version) for row in found],
    )


@app.command()
def set_price(
    plan: str,
    charge: str,
    price: str,
    currency: str = typer.Option(..., help="Currency of the price."),
    valid_from: datetime = FROM,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Let a price hold from a day on; running subscriptions take it from that day."""
    found = [row for row in queries.get_plan(code=plan).charges if row.code == charge]
    if not found:
        raise Refusal("charge.not_found", _("The plan has no such charge."), field="charge")
    new = NewPrice(currency=currency, valid_from=valid_from.date(), unit_price=decimal(price, field="price"))
    with transaction.atomic():
        row = change_price(act=act_as(as_user), plan_charge_id=found[0].id, price=new)
    if as_json:
        print_json(row)
    else:
        typer.echo(_("Version %(version)s holds from %(day)s.") % {"version": row.version, "day": row.valid_from})


@app.command()
def taxes(country: str = typer.Argument("", help="Such as ZA."), as_json: bool = AS_JSON) -> None:
    """List tax codes with their latest rates."""
    found = queries.list_tax_codes(country or None)
    if as_json:
        print_json(found)
        return
    print_table(
        "", ("code", "name", "percent", "reason"), [(t.code, t.name, plain(t.percent), t.reason) for t in found]
    )


@app.command()
def tax_pack(entity: str, country: str, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Give a legal entity the taxes of a country, or `none`."""
    with transaction.atomic():
        result = operations.apply_tax_pack(
            act=act_as(as_user), legal_entity_id=get_legal_entity(code=entity).id, country=country
        )
    if as_json:
        print_json(result)
    else:
        typer.echo(
            _("%(rules)s rules and %(rates)s rates added.") % {"rules": result.rule_count, "rates": result.rate_count}
        )
