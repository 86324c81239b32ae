"""T19: Keep the latest account (BAN) status note: structured status, cause, next action, date, author; older notes
kept; search and bulk export.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from billwright.access.states import Role
from billwright.access.tests.builders import AT, act_of, make_user
from billwright.accounts import operations, queries
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.accounts.tests.builders import make_account
from billwright.org.tests.builders import make_entity

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T19")]

LATER = AT + timedelta(hours=1)


@pytest.fixture
def entity():
    return make_entity("KAROO")


@pytest.fixture
def ada():
    return make_user("ada", Role.SERVICE_DESK_AGENT)


@pytest.fixture
def bea():
    return make_user("bea", Role.BILLING_SPECIALIST)


def test_t19_the_status_note_is_on_top_older_ones_stay_and_all_are_exported(entity, ada, bea):
    accounts = [make_account(entity) for _ in range(3)]
    first = StatusNoteDraft(
        account_id=accounts[0].id,
        status="waiting",
        cause="no purchase order",
        next_action="call the buyer",
        next_action_on=date(2026, 4, 1),
    )
    operations.set_status_note(act=act_of(ada), draft=first)
    operations.set_status_notes(
        act=act_of(bea, at=LATER),
        drafts=tuple(StatusNoteDraft(account_id=account.id, status="billed again") for account in accounts[:2]),
    )
    top, older = queries.list_status_notes(accounts[0].id)
    assert (top.status, top.author, top.recorded_at) == ("billed again", bea.actor, LATER)
    assert (older.cause, older.next_action_on, older.author) == ("no purchase order", date(2026, 4, 1), ada.actor)
    assert [row.account_id for row in queries.search_notes("purchase order")] == [accounts[0].id]
    exported = queries.present_status_notes(legal_entity_id=entity.id)
    assert [(row.account_number, row.status) for row in exported] == [
        (account.number, "billed again") for account in accounts[:2]
    ]
