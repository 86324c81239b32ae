"""H06: Answer 'what do I owe and why' on one screen.

Ana telephones. Ada at the service desk opens one page and reads the answer from it, without a second click.
"""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from tests.duties.people import on, person, say, type_in

from billwright.access.states import Role
from billwright.accounts.operations.notes import add_note
from billwright.catalog.tests.builders import make_plan, make_product
from billwright.interfaces.cli import bill_run, payments, report
from billwright.interfaces.jobs.messages import deliver_events
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.receivables.operations import place_hold
from billwright.receivables.queries import chaseable
from billwright.receivables.states import HoldReason
from billwright.receivables.tests.builders import make_cash
from billwright.subscriptions.operations import NewSubscription, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H06")]


@pytest.fixture
def ana():
    """Ana has hosting at 115.00 a month since January, paid 150.00, and disputes the second month."""
    make_product()
    make_plan()
    account = make_payer(make_company(), cycle_day=1)
    start = date(2026, 1, 1)
    order = NewSubscription(account_id=account.id, plan="basic", ordered_on=start, starts_on=start)
    subscribe(act=make_act(), row=order)
    with on("2026-01-01"):
        say(bill_run.app, "run", "--as-of", "2026-01-01", "--yes")
    with on("2026-02-01"):
        say(bill_run.app, "run", "--as-of", "2026-02-01", "--yes")
        deliver_events(timestamp=0)  # the invoices go out by mail
    with on("2026-02-10"):
        paid = ("150.00", "--key", "B-1", "--value-date", "2026-02-10", "--account", account.number)
        type_in(payments.app, "receive", *paid)
    # And money of 12 February that nobody has allocated yet.
    make_cash(account, "20.00", on="2026-02-12")
    return account


def words_of(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_h06_the_answer_is_on_the_page_of_the_account(ana):
    disputed = chaseable(as_of=date(2026, 2, 20), account_ids=[ana.id])[-1]
    place_hold(
        act=make_act(), open_item_id=disputed.open_item_id, reason=HoldReason.DISPUTE, valid_from=date(2026, 2, 15)
    )
    add_note(act=make_act(at="2026-02-18T09:00:00"), account_id=ana.id, body="Ana asked about February")
    ada = person("ada", Role.SERVICE_DESK_AGENT)
    with on("2026-02-20"):
        page = words_of(ada.reads("account", ana.id))
    [answer] = type_in(report.app, "statement", ana.number, "--as-of", "2026-02-20")
    assert (answer["owed"], answer["unallocated"], answer["closing"]) == ("80.00", "20.00", "60.00")
    for found in ("80.00", "20.00", disputed.document_number, "Monthly fee", "Ana asked about February", "Contested"):
        assert found in page, (found, page[600:5000])
    # The next renewal and its price, and the last notice that went out.
    for found in ("Next renewal 100.00 01 Mar 2026", f"Invoice {disputed.document_number} from"):
        assert found in page, (found, page[600:5000])
