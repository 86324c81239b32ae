"""In which order what becomes of debits locks: the run, then its debits, then what they hold."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billwright.kernel.tests.builders import make_act
from billwright.payments.queries.collections import get_collection, list_collections
from billwright.receivables.tests.builders import make_item
from billwright.workflow.collecting import record_failure, record_success
from billwright.workflow.collecting.tests.builders import ACTION_DAY, make_company, make_mandate, make_payer, submitted
from billwright.workflow.gateway_intake import following

pytestmark = pytest.mark.django_db
IN_ORDER = ["payments_collection_run", "payments_collection"]


@pytest.fixture
def debit():
    entity, _bank = make_company()
    ana = make_payer(entity)
    make_mandate(ana)
    make_item(ana, "100.00", due="2026-02-20")
    [row] = list_collections(run_id=submitted(entity).id)
    return row


def locked_by(act):
    """The tables whose rows an act locks or changes, each where it is met first."""
    with CaptureQueriesContext(connection) as captured:
        act()
    met = []
    for query in captured.captured_queries:
        locking = re.search(r'^SELECT .* FROM "(\w+)".* FOR NO KEY UPDATE', query["sql"], re.DOTALL)
        writing = re.search(r'^\s*UPDATE "?(\w+)', query["sql"], re.IGNORECASE)
        met += [found[1] for found in (locking, writing) if found and found[1] not in met]
    return [table for table in met if table.startswith(("payments_collection", "receivables_"))]


def test_a_failure_that_waited_for_a_success_takes_nothing_back(debit, monkeypatch):
    act = make_act(at="2026-03-09T12:00:00")
    record_success(act=act, collection_id=debit.id, on=ACTION_DAY)
    # So it looked before the one who told of the success let go of it.
    monkeypatch.setattr(following, "collections_by_reference", lambda _references: {debit.end_to_end: debit})
    following.note_failed(act=act, events={debit.end_to_end: None}, on=ACTION_DAY)
    assert get_collection(debit.id).state == "PAID"


@pytest.mark.parametrize(
    "outcome",
    [
        lambda debit, act: record_success(act=act, collection_id=debit.id, on=ACTION_DAY),
        lambda debit, act: record_failure(act=act, collection_id=debit.id, code="AM04", on=ACTION_DAY),
        lambda debit, act: following.free_held(act=act, references={debit.end_to_end: ACTION_DAY}),
    ],
    ids=["paid", "failed", "freed for the receipt of a gateway"],
)
def test_the_run_is_locked_before_its_debit_and_both_before_what_it_holds(debit, outcome):
    met = locked_by(lambda: outcome(debit, make_act(at="2026-03-09T12:00:00")))
    assert met[:2] == IN_ORDER
    assert any(table.startswith("receivables_") for table in met[2:])
