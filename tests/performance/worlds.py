"""Worlds of any size for benchmarks: the catalogue by the real operations, the mass of rows by SQL."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from billwright.catalog import operations as catalog
from billwright.catalog.operations import NewCharge, NewPrice
from billwright.catalog.rows import TierRow
from billwright.catalog.states import IntervalUnit, PriceModel, Timing
from billwright.ledger.tests.builders import make_books
from billwright.subscriptions.operations import ensure_grids
from billwright.subscriptions.policies import GridKey
from billwright.workflow.bill_run.tests.builders import make_act, make_tax

AS_OF = date(2026, 3, 31)
CURRENCIES = {"ZAR": "KAROO", "USD": "ANDES", "JPY": "UMI", "KWD": "NAJD"}
PLANS = (
    ("flat", PriceModel.FLAT, 1, Timing.ADVANCE, "149.00"),
    ("seats", PriceModel.PER_UNIT, 1, Timing.ADVANCE, "39.90"),
    ("annual", PriceModel.FLAT, 12, Timing.ADVANCE, "1188.00"),
    ("arrears", PriceModel.FLAT, 1, Timing.ARREARS, "75.50"),
    ("tiers", PriceModel.GRADUATED, 1, Timing.ADVANCE, "0"),
)
TIERS = (
    TierRow(up_to=Decimal(2), unit_price=Decimal("45.00")),
    TierRow(up_to=Decimal(5), unit_price=Decimal("39.00")),
    TierRow(up_to=None, unit_price=Decimal("29.00")),
)


def load(subscriptions: int, *, companies: int = len(CURRENCIES)) -> None:
    """Fill an empty, migrated database: 80 % monthly in advance, 10 % annual, 10 % in arrears.

    Of those in advance a quarter is per seat and an eighth by tiers of seats; the rest is flat. Accounts are spread
    over the first `companies`.
    """
    with transaction.atomic():
        _make_catalogue(dict(list(CURRENCIES.items())[:companies]))
    run_file("load_world", subscriptions=subscriptions, as_of=AS_OF)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def run_file(name: str, **parameters: object) -> None:
    """Run the statements of `sql/<name>.sql` in one transaction."""
    text = (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, parameters)


def _make_catalogue(companies: dict[str, str]) -> None:
    for currency, code in companies.items():
        books = make_books(code, first=date(2025, 1, 1), last=date(2027, 12, 31), currency=currency)
        make_tax(books.id, f"{code}-VAT", VAT="15")
        make_tax(books.id, f"{code}-EXPORT", treatment="EXPORT", VAT="0")
    catalog.create_product(act=make_act(), code="hosting", name="Hosting", family="hosting")
    for code, model, months, timing, price in PLANS:
        catalog.create_plan(act=make_act(), code=code, name=code.title(), charges=(
            NewCharge(
                code="fee", name=f"{code.title()} fee", product="hosting", model=model,
                interval_unit=IntervalUnit.MONTH, interval_count=months, timing=timing,
                prices=tuple(
                    NewPrice(
                        currency=currency, valid_from=date(2025, 1, 1), unit_price=Decimal(price),
                        tiers=TIERS if model == PriceModel.GRADUATED else (),
                    )
                    for currency in companies
                ),
            ),
        ))  # fmt: skip
    days = range(1, 32)
    keys = [GridKey("MONTH", 1, day, 0) for day in days] + [GridKey("MONTH", 12, day, 2) for day in days]
    ensure_grids(keys, until=date(2027, 1, 1))
