"""The pure policies and their set-based twins decide the same, whatever they are given."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billwright.kernel.sql import step
from billwright.kernel.tests.builders import make_act
from billwright.receivables import policies
from billwright.receivables.models import Hold, OpenItem, UnallocatedCash
from billwright.receivables.policies import Claim, Piece, Share, distribute
from billwright.receivables.queries import chaseable
from billwright.receivables.states import AllocationPolicy, ClaimClass
from billwright.receivables.tests.builders import make_ana, make_cash, make_item

DAY = date(2026, 3, 1)
amounts = st.integers(min_value=1, max_value=400)
claims = st.lists(
    st.tuples(st.integers(0, 3), amounts, st.sampled_from(ClaimClass), st.none() | amounts), min_size=1, max_size=6
)
pieces = st.lists(amounts, min_size=1, max_size=4)
standing = st.sampled_from([AllocationPolicy.OLDEST_FIRST, AllocationPolicy.COSTS_INTEREST_PRINCIPAL])
twin = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def written(ana, claims, pieces, *, reason="DISPUTE"):
    """The same facts in the database."""
    for days, amount, claim_class, held in claims:
        item = make_item(ana, f"{amount / 100:.2f}", due=str(DAY + timedelta(days=days)), claim_class=claim_class)
        if held is not None:
            Hold.objects.create(
                open_item=item,
                reason=reason,
                amount_minor=held,
                valid_from=date(2026, 1, 1),
                placed_by="test",
                recorded_at=make_act().at,
            )
    return [make_cash(ana, f"{amount / 100:.2f}").pk for amount in pieces]


@pytest.mark.django_db
@twin
@given(claims=claims, pieces=pieces, policy=standing)
def test_money_is_distributed_alike(ana_once, claims, pieces, policy):
    with transaction.atomic():
        cash_ids = written(ana_once, claims, pieces)
        facts = [
            Claim(
                item_id=item.pk,
                due_date=item.due_date,
                document_date=item.document_date,
                claim_class=ClaimClass(item.claim_class),
                open_minor=item.open_minor,
                disputed_minor=policies.held(
                    open_minor=item.open_minor, holds=[hold.amount_minor for hold in item.holds.all()]
                ),
            )
            for item in OpenItem.objects.all()
        ]
        money = [
            Piece(cash_id=row.pk, value_date=row.value_date, left_minor=row.open_minor)
            for row in UnallocatedCash.objects.all()
        ]
        with connection.cursor() as cursor:
            rows = step("billwright.receivables", "distribute_cash").rows(
                cursor, {"cash_ids": cash_ids, "policy": str(policy)}
            )
        by_database = [Share(*row) for row in rows]
        by_policy = distribute(policy=policy, pieces=money, claims=facts)
        transaction.set_rollback(True)
    assert sorted(by_database, key=str) == sorted(by_policy, key=str)


@pytest.mark.django_db
@twin
@given(claims=claims, pieces=pieces)
def test_what_may_be_chased_is_found_alike(ana_once, claims, pieces):
    with transaction.atomic():
        written(ana_once, claims, pieces, reason="PROMISE")
        rows = chaseable(as_of=DAY, account_ids=[ana_once.id])
        holds = {item.pk: [hold.amount_minor for hold in item.holds.all()] for item in OpenItem.objects.all()}
        transaction.set_rollback(True)
    held = [policies.held(open_minor=row.open.amount_minor, holds=holds[row.open_item_id]) for row in rows]
    free = [row.open.amount_minor - kept for row, kept in zip(rows, held, strict=True)]
    covered = policies.cover(credit_minor=sum(pieces), free=free)
    assert [row.held.amount_minor for row in rows] == held
    assert [row.covered.amount_minor for row in rows] == covered
    assert [row.chaseable.amount_minor for row in rows] == [a - b for a, b in zip(free, covered, strict=True)]


@pytest.fixture
def ana_once(db):
    return make_ana()


@given(claims=claims, pieces=pieces, policy=standing)
def test_no_claim_gets_more_than_is_open_and_no_piece_gives_more_than_is_left(claims, pieces, policy):
    facts = [
        Claim(
            item_id=number,
            due_date=DAY + timedelta(days=days),
            document_date=DAY,
            claim_class=claim_class,
            open_minor=amount,
            disputed_minor=min(held or 0, amount),
        )
        for number, (days, amount, claim_class, held) in enumerate(claims)
    ]
    money = [Piece(cash_id=number, value_date=DAY, left_minor=amount) for number, amount in enumerate(pieces)]
    shares = distribute(policy=policy, pieces=money, claims=facts)
    for fact in facts:
        assert sum(share.amount_minor for share in shares if share.item_id == fact.item_id) <= fact.open_minor
    for piece in money:
        assert sum(share.amount_minor for share in shares if share.cash_id == piece.cash_id) <= piece.left_minor
    total = sum(share.amount_minor for share in shares)
    assert total == min(sum(piece.left_minor for piece in money), sum(fact.open_minor for fact in facts))
