"""H40: Protect data: roles, field masking (bank/card/id), access log, export control."""

from __future__ import annotations

import pytest

from billwright.access.masking import shown
from billwright.access.operations import oversight
from billwright.access.queries import permissions_of
from billwright.access.states import Role
from billwright.access.tests.builders import AT, act_of, make_user, operator_act
from billwright.kernel import audit
from billwright.kernel.errors import NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H40")]


@pytest.fixture
def bea():
    return make_user("bea", Role.BILLING_SPECIALIST)


def test_personal_values_are_masked_and_looking_leaves_a_trace(bea):
    sven = make_user("sven", Role.SALES_READ_ONLY)
    iban = "DE89370400440532013000"
    assert shown("bank_account", iban, permissions_of(sven.actor)) == "DE89 •••• 3000"
    with pytest.raises(NotAllowed):
        oversight.reveal_personal(act=act_of(sven), subject="account:7", kind="bank_account")
    oversight.reveal_personal(act=act_of(bea, reason="Refund"), subject="account:7", kind="bank_account")
    trail = audit.list_events(verb="personal.reveal", subject="account:7")
    assert [(row.actor, row.reason) for row in trail] == [(bea.actor, "Refund")]


def test_taking_a_list_along_needs_a_right_and_is_written_down(bea):
    sven = make_user("sven", Role.SALES_READ_ONLY)
    with pytest.raises(NotAllowed):
        oversight.run_export(act=act_of(sven), report="ageing", filters={}, row_count=2000)
    oversight.run_export(act=act_of(bea, at=AT), report="ageing", filters={}, row_count=2000)
    assert audit.list_events(verb="export.run", actor=bea.actor).count() == 1
    oversight.run_export(act=operator_act(), report="ageing", filters={}, row_count=1)
    assert audit.list_events(verb="export.*").count() == 2
