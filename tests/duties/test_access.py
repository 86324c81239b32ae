"""C05, H40 and S16, played by the people who hold them, on the real ledger.

Bea is a billing specialist with a limit, Felix and Flora are finance managers, Sven sells and only looks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from billwright.access.masking import shown
from billwright.access.operations import oversight, roles
from billwright.access.queries import permissions_of, who_may
from billwright.access.states import Role
from billwright.access.tests.builders import AT, act_of, make_user, operator_act
from billwright.kernel import audit
from billwright.kernel.errors import NotAllowed
from billwright.kernel.models import AuditEvent
from billwright.kernel.money import Money
from billwright.ledger import queries as ledger
from billwright.ledger.operations import ManualJournal, ManualLine, post_manual_journal
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import make_books
from billwright.workflow.approvals import decide_approval, request_approval

pytestmark = pytest.mark.django_db

VERB = "journal_entry.post_manual"
DAY = date(2026, 3, 10)


@pytest.fixture
def books():
    return make_books()


@pytest.fixture
def felix():
    return make_user("felix", Role.FINANCE_MANAGER)


@pytest.fixture
def flora():
    return make_user("flora", Role.FINANCE_MANAGER)


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


@pytest.mark.duty("C05")
def test_authority_goes_by_role_amount_currency_and_day(books, felix, bea):
    set_limit(felix, 50_000)

    def named(minor, currency="ZAR", on=DAY):
        found = who_may(verb=VERB, amount=Money(minor, currency), legal_entity_id=books.id, as_of=on)
        return [name for _, name in found.people]

    assert named(50_000) == ["Bea", "Felix"]
    assert named(50_001) == ["Felix"]
    assert named(1, "EUR") == ["Felix"]
    assert named(1, on=DAY - timedelta(days=1)) == ["Felix"]


@pytest.mark.duty("C05")
def test_what_exceeds_the_limit_goes_to_who_has_the_authority(books, felix, bea):
    set_limit(felix, 50_000)
    with pytest.raises(NotAllowed) as refused:
        post_manual_journal(act=act_of(bea), journal=journal(books, "500.01"))
    assert refused.value.rule == "ZAR 500.01 is above your authority limit of ZAR 500.00."
    assert refused.value.who_may == ("Felix",)
    decided = decide_approval(act=act_of(felix), approval_id=ask(bea, books, "500.01").id, approve=True)
    assert decided.state == "EXECUTED"


@pytest.mark.duty("S16")
def test_a_manual_journal_takes_two_people(books, felix, flora):
    with pytest.raises(NotAllowed, match="second person"):
        post_manual_journal(act=act_of(felix), journal=journal(books, "35.00"))
    request = ask(felix, books)
    with pytest.raises(NotAllowed, match="request of their own"):
        decide_approval(act=act_of(felix), approval_id=request.id, approve=True)
    decide_approval(act=act_of(flora), approval_id=request.id, approve=True)
    assert audit.actors_of(verbs=[VERB], subject=AuditEvent.objects.get(verb=VERB).subject) == {
        felix.actor,
        flora.actor,
    }


@pytest.mark.duty("S16")
def test_nobody_gives_themselves_authority(felix):
    ana = make_user("ana", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        roles.grant_role(act=act_of(felix), user_id=felix.pk, role="ADMINISTRATOR")
    with pytest.raises(Exception, match="Nobody changes their own roles"):
        roles.grant_role(act=act_of(ana), user_id=ana.pk, role="FINANCE_MANAGER")


@pytest.mark.duty("H40")
def test_personal_values_are_masked_and_looking_leaves_a_trace(bea):
    sven = make_user("sven", Role.SALES_READ_ONLY)
    iban = "DE89370400440532013000"
    assert shown("bank_account", iban, permissions_of(sven.actor)) == "DE89 •••• 3000"
    with pytest.raises(NotAllowed):
        oversight.reveal_personal(act=act_of(sven), subject="account:7", kind="bank_account")
    oversight.reveal_personal(act=act_of(bea, reason="Refund"), subject="account:7", kind="bank_account")
    trail = audit.list_events(verb="personal.reveal", subject="account:7")
    assert [(row.actor, row.reason) for row in trail] == [(bea.actor, "Refund")]


@pytest.mark.duty("H40")
def test_taking_a_list_along_needs_a_right_and_is_written_down(bea):
    sven = make_user("sven", Role.SALES_READ_ONLY)
    with pytest.raises(NotAllowed):
        oversight.run_export(act=act_of(sven), report="ageing", filters={}, row_count=2000)
    oversight.run_export(act=act_of(bea, at=AT), report="ageing", filters={}, row_count=2000)
    assert audit.list_events(verb="export.run", actor=bea.actor).count() == 1
    oversight.run_export(act=operator_act(), report="ageing", filters={}, row_count=1)
    assert audit.list_events(verb="export.*").count() == 2
