"""The simulator's fault run: the books equal its own ledger to the cent, whatever fails."""

import time

import pytest
from django.db import transaction
from tests.gateways.fault_run import books, open_ends, paid_count, run, simulated_world, struck, theirs

from billwright.connectors.payment_simulator import FaultKind
from billwright.payments.models import Collection
from billwright.payments.queries.collections import list_runs
from billwright.payments.queries.gateways import list_events, list_payouts
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.tests.builders import make_ana, make_item

SMALL, FULL = 27, 10_000
# So many customers keep a card and are debited by a run of each round, beside the debits that are counted above.
SMALL_CARDS, FULL_CARDS = 6, 100
# In a small run every fault strikes often enough to be there.
OFTEN = dict.fromkeys(FaultKind, 0.2)


def play(count, rounds, *, cards, seed, shares=None):
    with transaction.atomic():
        ana = make_ana()
        for _ in range(5):
            make_item(ana, "400.00")
    with simulated_world(ana, seed=seed, shares=shares) as world:
        world.keep_cards(cards)
        run(world, count=count, rounds=rounds)
        ours, wanted = books(world), theirs(world)
        assert ours == wanted
        assert open_ends() == []
        assert {row.state for row in list_runs(limit=100)} == {"CLOSED"}
        assert list_events(states=("RECEIVED", "WAITING", "REFUSED"), limit=500) == []
        assert {payout.remainder.amount_minor for payout in list_payouts(limit=500)} == {0}
        assert_sub_ledger_ties()
        return world, ours


@pytest.mark.django_db
def test_debits_with_every_fault_end_in_equal_books():
    world, ours = play(SMALL, 2, cards=SMALL_CARDS, seed=11, shares=OFTEN)
    assert min(struck(world).values()) > 0, struck(world)
    assert world.seen["UNKNOWN"] > 0
    # A debit is asked for, or taken out where the one before it on that card failed for good or must wait.
    taken_out = Collection.objects.filter(run__isnull=False, state="CANCELED")
    failed = Collection.objects.filter(state="FAILED").values("stored_method")
    assert world.seen["by_run"] + taken_out.count() == 2 * SMALL_CARDS
    assert not taken_out.exclude(stored_method__in=failed).exists()
    assert world.seen["by_run"] > SMALL_CARDS
    assert ours["PAYMENT"] > 0


@pytest.mark.soak
@pytest.mark.usefixtures("committed_db")
def test_ten_thousand_debits_with_every_fault_end_in_equal_books():
    begun = time.monotonic()
    world, ours = play(FULL, 20, cards=FULL_CARDS, seed=2026)
    print(f"\n{FULL} debits, {paid_count()} paid, in {time.monotonic() - begun:.0f} s; seen {dict(world.seen)}")
    print(f"struck {struck(world)}")
    print(f"books, equal to the simulator's ledgers, in minor units: {ours}")
