"""What is shown of a personal value, and who leaves a trace by looking."""

from __future__ import annotations

import pytest

from billwright.access.masking import (
    KINDS,
    mask_bank_account,
    mask_card,
    mask_email,
    mask_phone,
    mask_tax_number,
    shown,
)
from billwright.access.operations.oversight import reveal_personal, run_export
from billwright.access.policies import Grant
from billwright.access.queries import Permissions
from billwright.access.states import Role
from billwright.access.tests.builders import act_of, make_user
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.models import AuditEvent


@pytest.mark.parametrize(
    ("mask", "value", "masked"),
    [
        (mask_bank_account, "DE89 3704 0044 0532 0130 00", "DE89 •••• 3000"),
        (mask_bank_account, "62001234567", "•••• 4567"),
        (mask_bank_account, "1234567", "••••"),
        (mask_card, "4242 4242 4242 4242", "•••• 4242"),
        (mask_tax_number, "BG175074752", "•••• 752"),
        (mask_phone, "+27 21 555 0123", "•••• 123"),
        (mask_phone, "0123", "••••"),
        (mask_email, "ana@example.com", "a••••@example.com"),
        (mask_email, "@example.com", "••••"),
        (mask_email, "ana", "••••"),
    ],
)
def test_what_is_left_of_a_value(mask, value, masked):
    assert mask(value) == masked


def role(held, entity=None):
    return Permissions(is_operator=False, grants=(Grant(held, entity),))


@pytest.mark.parametrize("kind", KINDS)
def test_sales_see_no_personal_value(kind):
    value = "someone@example.com" if kind == "email" else "DE89370400440532013000"
    assert "••••" in shown(kind, value, role(Role.SALES_READ_ONLY))


def test_the_cash_applier_sees_the_bank_account_of_his_entity():
    assert shown("bank_account", "DE89370400440532013000", role(Role.CASH_APPLIER)) == "DE89370400440532013000"
    other = shown("bank_account", "DE89370400440532013000", role(Role.CASH_APPLIER, 1), legal_entity_id=2)
    assert other == "DE89 •••• 3000"
    assert shown("bank_account", "", role(Role.SALES_READ_ONLY)) == ""


@pytest.mark.django_db
@pytest.mark.duty("H40")
def test_who_looks_leaves_a_trace():
    clara = make_user("clara", Role.COLLECTOR)
    reveal_personal(act=act_of(clara, reason="Refund by phone"), subject="account:7", kind="bank_account")
    row = AuditEvent.objects.get(verb="personal.reveal")
    assert (row.actor, row.subject, row.reason) == (clara.actor, "account:7", "Refund by phone")
    assert row.after["revealed"] == "bank_account"


@pytest.mark.django_db
@pytest.mark.duty("H40")
def test_who_may_not_look_does_not():
    sales = make_user("sales", Role.SALES_READ_ONLY)
    with pytest.raises(NotAllowed):
        reveal_personal(act=act_of(sales), subject="account:7", kind="bank_account")
    with pytest.raises(NotAllowed):
        run_export(act=act_of(sales), report="accounts", filters={}, row_count=3)


@pytest.mark.django_db
def test_only_masked_kinds_are_revealed():
    with pytest.raises(Refusal, match="never masked"):
        reveal_personal(act=act_of(make_user("clara", Role.COLLECTOR)), subject="account:7", kind="shoe_size")


@pytest.mark.django_db
@pytest.mark.duty("H40")
def test_what_leaves_the_house_is_written_down():
    felix = make_user("felix", Role.FINANCE_MANAGER)
    run_export(act=act_of(felix), report="ageing", filters={"as_of": "2026-03-10"}, row_count=2000)
    row = AuditEvent.objects.get(verb="export.run")
    assert (row.subject, row.after["row_count"]) == ("report:ageing", 2000)
