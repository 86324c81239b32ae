"""Whose comparisons a person sees."""

from datetime import UTC, date, datetime

import pytest

from billwright.accounts.queries import get_customer
from billwright.accounts.tests.builders import make_account
from billwright.ledger.tests.builders import make_books
from billwright.receivables.models import Reconciliation, ReconciliationAccount
from billwright.receivables.queries.reconciliations import list_reconciliations
from billwright.receivables.tests.builders import make_ana

pytestmark = pytest.mark.django_db


def test_only_comparisons_kept_in_ones_companies_throughout_are_listed():
    here = make_ana()
    elsewhere = make_account(make_books("ANDES"), get_customer(here.customer_id))
    for title, accounts in (("here", [here]), ("both", [here, elsewhere])):
        one = Reconciliation.objects.create(
            customer_id=here.customer_id, title=title, content="BALANCE", as_of=date(2026, 2, 15), started_by="user:1",
            started_at=datetime(2026, 2, 15, tzinfo=UTC),
        )  # fmt: skip
        for account in accounts:
            ReconciliationAccount.objects.create(reconciliation=one, account_id=account.id)
    entities = [here.legal_entity_id, elsewhere.legal_entity_id]
    assert [row.title for row in list_reconciliations(legal_entity_ids=entities[:1])] == ["here"]
    assert [row.title for row in list_reconciliations(legal_entity_ids=entities)] == ["both", "here"]
    assert not list_reconciliations(legal_entity_ids=entities[1:])
