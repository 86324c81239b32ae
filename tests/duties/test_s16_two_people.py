"""S16: Enforce internal controls: segregation of duties, four-eyes, period close and lock, control totals per run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from billwright.access.operations import roles
from billwright.access.states import Role
from billwright.access.tests.builders import act_of, make_user
from billwright.kernel import audit
from billwright.kernel.errors import NotAllowed
from billwright.kernel.models import AuditEvent
from billwright.kernel.money import Money
from billwright.ledger import queries as ledger
from billwright.ledger.operations import ManualJournal, ManualLine, post_manual_journal
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import make_books
from billwright.workflow.approvals import decide_approval, request_approval

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S16")]

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


def test_nobody_gives_themselves_authority(felix):
    ana = make_user("ana", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        roles.grant_role(act=act_of(felix), user_id=felix.pk, role="ADMINISTRATOR")
    with pytest.raises(Exception, match="Nobody changes their own roles"):
        roles.grant_role(act=act_of(ana), user_id=ana.pk, role="FINANCE_MANAGER")
