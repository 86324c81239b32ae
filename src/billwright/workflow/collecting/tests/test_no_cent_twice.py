"""Whatever is prepared, submitted, paid, refused and taken back, in whatever order: no cent is collected twice."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.kernel.transactions import rolled_back
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.payments.models import Payment
from billwright.payments.queries.collections import list_collections, list_runs
from billwright.payments.states import CollectionState, PaymentState
from billwright.receivables.models import CollectionItem, OpenItem
from billwright.receivables.tests.builders import make_item
from billwright.workflow.collecting import (
    approve_run,
    check_run,
    discard_run,
    prepare_run,
    record_failure,
    record_success,
    resolve_failure,
    settle_run,
    submit_run,
)
from billwright.workflow.collecting.tests.builders import (
    BORIS_IBAN,
    another_person,
    make_company,
    make_mandate,
    make_payer,
    submitted,
)
from billwright.workflow.payment_intake import ReceiptIn, receive_payments

pytestmark = pytest.mark.django_db

# Whole runs come often: single acts in the right order are rare among random ones.
VERBS = (
    "collect", "collect", "collect", "prepare", "check", "approve", "submit", "discard", "settle", "settle", "paid",
    "fail", "fail", "resolve", "transfer",
)  # fmt: skip
CODES = ("AM04", "AC04", "MD06", "AM05")
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.sampled_from(CODES)), min_size=8, max_size=24)


def step(entity, account, day, verb, which, code):
    """One act over the `which`th run or debit; what the rules refuse has changed nothing."""
    act = make_act(at=f"{day.isoformat()}T09:00:00", reason="agreed")
    runs, debits = list_runs(limit=20), list_collections(limit=None)
    run = runs[which % len(runs)] if runs else None
    debit = debits[-1 - which % len(debits)] if debits else None
    if verb == "prepare":
        prepare_run(act=act, legal_entity_id=entity.id, scheme="sepa-core")
    elif verb == "collect":
        submitted(entity, day=None, at=f"{day.isoformat()}T09:00:00")
    elif verb == "transfer":
        amount = Money.of("60.00", "EUR")
        receipt = ReceiptIn(
            source="bank", source_key=f"{day}-{which}", amount=amount, value_date=day, account_id=account.id
        )
        receive_payments(act=act, receipts=[receipt])
    elif run is not None and verb in ("check", "submit", "discard"):
        {"check": check_run, "submit": submit_run, "discard": discard_run}[verb](act=act, collection_run_id=run.id)
    elif run is not None and verb == "approve":
        approve_run(act=make_act(actor=another_person().actor, at=f"{day}T10:00:00"), collection_run_id=run.id)
    elif run is not None and verb == "settle":
        settle_run(act=act, collection_run_id=run.id, on=day)
    elif debit is not None and verb == "paid":
        record_success(act=act, collection_id=debit.id, on=day)
    elif debit is not None and verb == "fail":
        record_failure(act=act, collection_id=debit.id, code=code, on=day)
    elif debit is not None and verb == "resolve":
        resolve_failure(act=act, collection_id=debit.id, collect_again=which % 2 == 0)


def assert_books_tie(entity):
    alive = (CollectionState.PREPARED, CollectionState.SUBMITTED)
    for item in OpenItem.objects.all():
        on_its_way = sum(
            CollectionItem.objects.filter(open_item=item, collection__state__in=alive, hold__superseded_at=None)
            .values_list("amount_minor", flat=True)
        )  # fmt: skip
        assert on_its_way <= item.amount_minor, "asked for twice at once"
    paid = Payment.objects.filter(source="collection", state=PaymentState.RECEIVED)
    debits = {row.end_to_end: row for row in list_collections(limit=None)}
    assert sorted(row.source_key for row in paid) == sorted(
        end_to_end for end_to_end, row in debits.items() if row.state == CollectionState.PAID
    )
    cleared = control_balance(legal_entity_id=entity.id, role=LedgerRole.BANK_CLEARING, as_of=date(2027, 6, 30))
    assert cleared.get("EUR", 0) == sum(row.amount_minor for row in paid)
    owed = control_balance(legal_entity_id=entity.id, role=LedgerRole.RECEIVABLES, as_of=date(2027, 6, 30))
    assert owed.get("EUR", 0) == sum(OpenItem.objects.values_list("open_minor", flat=True))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_sequence_collects_a_cent_twice_and_the_books_tie(steps):
    with rolled_back():
        entity, _bank = make_company()
        ana = make_payer(entity)
        make_mandate(ana)
        make_mandate(ana, BORIS_IBAN, reference="M-2")
        for amount in ("100.00", "50.00"):
            make_item(ana, amount, due="2026-02-01")
        day = date(2026, 3, 2)
        for verb, which, code in steps:
            day += timedelta(days=2)
            try:
                with transaction.atomic():
                    step(entity, ana, day, verb, which, code)
            except Refusal:
                continue
        assert_books_tie(entity)
