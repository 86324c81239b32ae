"""T16: Write off bank fees and small differences within tolerance per currency at matching, to the right account, with
a per-user limit and report.
"""

from datetime import date

import pytest
from django.urls import reverse
from tests.duties.people import Person, on, say, type_in

from billwright.access.operations.roles import set_limit
from billwright.access.states import Role
from billwright.interfaces.cli import match
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.queries import get_legal_entity
from billwright.payments.models import Payment
from billwright.receivables.queries import list_queue
from billwright.receivables.tests.builders import make_ana, make_cash, make_item, reload

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T16")]


def in_suspense(account, amount, text):
    cash = make_cash(None, amount, legal_entity_id=account.legal_entity_id)
    Payment.objects.filter(pk=cash.payment_id).update(text=text)
    return cash


def posted(person, page, match_id):
    """A button of the queue."""
    return person.browser.post(reverse(f"web:{page}", args=[match_id]))


def limit(role, minor, *, since):
    set_limit(
        act=make_act(at="2026-02-20T08:00:00"), role=role, verb_pattern="open_item.write_off", currency="ZAR",
        limit_minor=minor, valid_from=since,
    )  # fmt: skip


def test_t16_differences_within_tolerance_limit_and_report():
    ana = make_ana()
    company = get_legal_entity(legal_entity_id=ana.legal_entity_id).code
    with on("2026-02-20"):
        fee, cents, far = (make_item(ana, amount) for amount in ("1000.00", "500.00", "300.00"))
        in_suspense(ana, "985.00", f"{fee.invoice.number} less bank charges")
        in_suspense(ana, "499.90", f"{cents.invoice.number}")
        in_suspense(ana, "250.00", f"{far.invoice.number}")
        say(match.app, "rule", company, "--currency", "ZAR", "--tolerance", "20.00", "--since", "2026-01-01")
        say(match.app, "run")
        carla = Person("carla", (Role.CASH_APPLIER,))
        by_open = {row.items[0].open_item_id: row for row in list_queue()}
        assert carla.opens("matching-receipt", by_open[fee.pk].match_id).status_code == 200
        limit(Role.CASH_APPLIER, 100, since=date(2026, 2, 19))
        posted(carla, "matching-accept-one", by_open[fee.pk].match_id)
        assert reload(fee).open_minor == 100000, "above the limit of her role"
        posted(carla, "matching-accept-one", by_open[cents.pk].match_id)
        limit(Role.CASH_APPLIER, 2000, since=date(2026, 2, 20))
        posted(carla, "matching-accept-one", by_open[fee.pk].match_id)
        posted(carla, "matching-accept-one", by_open[far.pk].match_id)
        report = type_in(match.app, "differences")
    assert [reload(item).open_minor for item in (fee, cents, far)] == [0, 0, 5000]
    assert {(row["kind"], row["amount"]["amount_minor"], row["recorded_by"]) for row in report} == {
        ("BANK_FEE", 1500, carla.actor), ("SMALL_DIFFERENCE", 10, carla.actor)
    }  # fmt: skip
    for role, minor in ((LedgerRole.BANK_CHARGES, 1500), (LedgerRole.ROUNDING, 10)):
        balance = control_balance(legal_entity_id=ana.legal_entity_id, role=role, as_of=date(2026, 3, 1))
        assert balance["ZAR"] == minor
