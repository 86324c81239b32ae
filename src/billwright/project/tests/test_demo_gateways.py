"""Cards in the demo: paid on the pages of gateways, told by signed webhooks, sent to the bank and proven there."""

import random
from datetime import date, timedelta

import pytest

from billwright.accounts.tests.builders import make_account
from billwright.connectors.payment_simulator import Faults
from billwright.kernel import outgoing
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.operations import add_bank_account
from billwright.payments.links import list_links
from billwright.payments.queries.gateways import list_gateway_payments, list_gateways, list_payouts
from billwright.payments.queries.mandates import list_methods
from billwright.project.demo_gateways import KINDS, SEED, SHORT_OF, card_desk
from billwright.project.simulator import served
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.tests.builders import make_item, reload
from billwright.workflow.demo.cast import COMPANIES
from billwright.workflow.demo.rooms import Scene

FIRST = date(2026, 2, 10)


def make_company(company):
    """A company of the demo with its books and its bank."""
    entity = make_books(company.code, country=company.country, currency=company.currency, timezone=company.timezone)
    add_bank_account(
        act=make_act(),
        legal_entity_id=entity.id,
        label="Main",
        holder=entity.name,
        currency=entity.base_currency,
        details=dict(company.bank),
    )
    return entity


def play(entities, accounts):
    """The desk's days, in their order, without what else it does."""
    with card_desk() as acts:
        days = {act.__name__: act for _before, act in acts}
        for after, name in enumerate(("set_up", "take_on_the_page", "pay_out", "hear_from_the_bank")):
            scene = Scene(
                day=FIRST + timedelta(days=after),
                first_day=FIRST,
                rng=random.Random(1),
                actor="user:0",
                approver="user:1",
                entities=entities,
                accounts=accounts,
                taken=set(),
                balances={},
                notes={},
                staff={},
                forget=lambda _account_id: None,
            )
            days[name](scene)


@pytest.mark.django_db
def test_customers_pay_on_the_pages_of_gateways_and_the_payouts_are_proven():
    entities = {company.code: make_company(company) for company in COMPANIES if company.code in KINDS}
    owing = {
        code: [make_account(entity, currency=entity.base_currency) for _count in range(8)]
        for code, entity in entities.items()
    }
    items = {account.id: make_item(account) for accounts in owing.values() for account in accounts}
    play(entities, {code: [account.id for account in accounts] for code, accounts in owing.items()})

    begun = list_gateway_payments()
    assert sorted(row.state for row in begun) == ["FAILED", *["PAID"] * 5]
    assert {row.account_id for row in begun if row.state == "PAID"} == {
        account_id for account_id, item in items.items() if not reload(item).open_minor
    }
    assert sorted((row.open_count, row.begun_count, row.paid_count) for row in list_links()) == [
        (1, 1, 0), *[(1, 1, 1)] * 5,
    ]  # fmt: skip
    assert sum(len(list_methods(row.account_id)) for row in begun) == 3
    proven = {row.gateway_id: (row.state, row.remainder.decimal) for row in list_payouts()}
    short = [remainder for state, remainder in proven.values() if state != "RECONCILED"]
    assert (len(proven), [abs(remainder) for remainder in short]) == (3, list(SHORT_OF.values()))
    assert_sub_ledger_ties()

    with served(webhooks_to="http://127.0.0.1:9/", faults=Faults(SEED, {})) as gateways:
        assert sorted(gateway.name for gateway in gateways) == sorted(row.name for row in list_gateways())
        for row in list_gateways():
            answer = outgoing.send(method="GET", url=row.base_url)
            assert b"SIMULATOR" in answer.body
        with served(webhooks_to="http://127.0.0.1:9/", faults=Faults(SEED, {})) as second:
            assert second == []
