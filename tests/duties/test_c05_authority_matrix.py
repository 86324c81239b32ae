"""C05: Apply an authority matrix (write-off, credit, plan, release, refund) by role, amount, currency, risk; escalate
what exceeds it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from billwright.access.operations import roles
from billwright.access.queries import who_may
from billwright.access.states import Role
from billwright.access.tests.builders import act_of, make_user
from billwright.kernel.errors import NotAllowed
from billwright.kernel.money import Money
from billwright.ledger import queries as ledger
from billwright.ledger.operations import ManualJournal, ManualLine, post_manual_journal
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import make_books
from billwright.workflow.approvals import decide_approval, request_approval

pytestmark = [pytest.mark.django_db, pytest.mark.duty("C05")]

VERB = "journal_entry.post_manual"

DAY = date(2026, 3, 10)


@pytest.fixture
def books():
    return make_books()


@pytest.fixture
def felix():
    return make_user("felix", Role.FINANCE_MANAGER)


@pytest.fixture
def bea():
    return make_user("bea", Role.BILLING_SPECIALIST)


def journal(books, amount):
    accounts = {account.role: account.id for account in ledger.list_accounts(books.id)}
    money = Money.of(amount, "ZAR")
    return ManualJournal(
        legal_entity_id=books.id,
        accounting_date=DAY,
        narration="Bank charges of February",
        lines=(
            ManualLine(accounts[LedgerRole.BANK_CHARGES], money),
            ManualLine(accounts[LedgerRole.BANK], -money),
        ),
    )


def ask(user, books, amount="35.00"):
    act = replace(act_of(user), reason="The bank took its fee")
    return request_approval(act=act, verb=VERB, arguments={"journal": journal(books, amount)})


def set_limit(felix, minor, *, currency="ZAR"):
    roles.set_limit(
        act=act_of(felix),
        role=Role.BILLING_SPECIALIST,
        verb_pattern=VERB,
        currency=currency,
        limit_minor=minor,
        valid_from=DAY,
    )


def test_authority_goes_by_role_amount_currency_and_day(books, felix, bea):
    set_limit(felix, 50_000)

    def named(minor, currency="ZAR", on=DAY):
        found = who_may(verb=VERB, amount=Money(minor, currency), legal_entity_id=books.id, as_of=on)
        return [name for _, name in found.people]

    assert named(50_000) == ["Bea", "Felix"]
    assert named(50_001) == ["Felix"]
    assert named(1, "EUR") == ["Felix"]
    assert named(1, on=DAY - timedelta(days=1)) == ["Felix"]


def test_what_exceeds_the_limit_goes_to_who_has_the_authority(books, felix, bea):
    set_limit(felix, 50_000)
    with pytest.raises(NotAllowed) as refused:
        post_manual_journal(act=act_of(bea), journal=journal(books, "500.01"))
    assert refused.value.rule == "ZAR 500.01 is above your authority limit of ZAR 500.00."
    assert refused.value.who_may == ("Felix",)
    decided = decide_approval(act=act_of(felix), approval_id=ask(bea, books, "500.01").id, approve=True)
    assert decided.state == "EXECUTED"
