"""Contracts as signed: clauses set parameters, the others are known not to be checked, contradictions are found."""

from decimal import Decimal

import pytest

from billwright.catalog.tests.builders import make_act, make_plan, make_product
from billwright.kernel.errors import Refusal
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import NewClause
from billwright.subscriptions.tests.builders import day, make_account, make_subscription

pytestmark = pytest.mark.django_db

CLAUSES = (
    NewClause("3.1", "The monthly fee is 100.00.", parameter="price", value="100.00", charge_code="fee"),
    NewClause("7.2", "Notice is given 30 days ahead.", parameter="notice_days", value="30"),
    NewClause("9", "Disputes are heard in Cape Town."),
)


@pytest.fixture(autouse=True)
def shop():
    make_product()
    make_plan()


def recorded(account, clauses=CLAUSES, number="C-1"):
    return operations.record_contract(
        act=make_act(), account_id=account.pk, number=number, title="Hosting", starts_on=day("2026-01-01"),
        clauses=clauses,
    )  # fmt: skip


def bound(account, contract):
    subscription = make_subscription(account)
    operations.bind_contract(
        act=make_act(), subscription_id=subscription.id, contract_id=contract.id, as_of=day("2026-01-15")
    )
    return queries.get_subscription(subscription.id)


def test_a_clause_sets_its_parameter_and_names_the_items():
    account = make_account()
    subscription = bound(account, recorded(account))
    assert subscription.notice_days == 30
    assert [item.clause for item in queries.item_facts([subscription.id])] == ["C-1 v1 §3.1"]


def test_clauses_that_no_parameter_carries_are_known():
    contract = recorded(make_account())
    assert [(clause.number, clause.is_checked) for clause in contract.clauses] == [
        ("3.1", True), ("7.2", True), ("9", False),
    ]  # fmt: skip


def test_a_clause_that_contradicts_its_price_is_found():
    account = make_account()
    contract = recorded(account)
    bound(account, contract)
    assert queries.clause_findings(contract.id, on=day("2026-02-01")) == []
    wrong = (NewClause("3.1", "The monthly fee is 90.00.", parameter="price", value="90.00", charge_code="fee"),)
    amended = operations.amend_contract(
        act=make_act(), contract_id=contract.id, valid_from=day("2026-02-01"), clauses=wrong
    )
    assert amended.version_no == 2
    (finding,) = queries.clause_findings(contract.id, on=day("2026-02-01"))
    assert (finding.clause, finding.says, finding.holds) == ("3.1", Decimal("90.00"), Decimal("100.00"))


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (NewClause("1", "x", parameter="colour", value="3"), "clause.parameter"),
        (NewClause("1", "x", parameter="price", value="cheap"), "clause.value"),
    ],
)
def test_a_wrong_clause_is_refused_with_its_row(clause, code):
    with pytest.raises(Refusal) as refused:
        recorded(make_account(), clauses=(CLAUSES[0], clause))
    assert (refused.value.code, refused.value.row) == (code, 2)


def test_a_contract_of_another_account_binds_nothing():
    contract = recorded(make_account(number="BORIS"))
    with pytest.raises(Refusal) as refused:
        bound(make_account(), contract)
    assert refused.value.code == "contract.other_account"
