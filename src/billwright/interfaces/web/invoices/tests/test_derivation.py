"""What the page says an amount is: an equation only where it is one."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.interfaces.web.invoices.derivation import is_equation, is_prorated
from billwright.invoicing.rows import LineRow
from billwright.invoicing.states import LineKind

DAY = date(2026, 11, 1)


def line(**values):
    told = dict.fromkeys(LineRow.__dataclass_fields__) | {"service_from": DAY, "discount_minor": 0, **values}
    return LineRow(**told)


@pytest.mark.parametrize(
    ("kind", "formula", "quantity", "amount", "expected"),
    [
        (LineKind.RECURRING, 2, "117", 39780, (True, True)),
        (LineKind.USAGE, 8, "117", 59670, (True, False)),
        (LineKind.USAGE, 8, "117", 56610, (False, False)),
        (LineKind.USAGE, 10, "117", 59670, (False, False)),
    ],
    ids=["fee by days", "usage of part of a month", "usage less what is included", "tiers"],
)
def test_an_equation_is_shown_where_it_is_true(kind, formula, quantity, amount, expected):
    row = line(
        kind=kind,
        formula=formula,
        quantity=Decimal(quantity),
        unit_price=Decimal("5.10"),
        days=20,
        base_days=30,
        amount_minor=amount,
    )
    assert (is_equation(row, None, "INR"), is_prorated(row)) == expected
