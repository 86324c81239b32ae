"""Prepaid money: bought of what was paid, drawn by bill runs earliest expiring first, given back, expired; it ties."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billwright.invoicing.models import Invoice
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.ledger.models import Posting
from billwright.receivables.models import UnallocatedCash, WalletLot, WalletUse
from billwright.receivables.operations import expire_wallets, give_back_wallet, top_up_wallet
from billwright.receivables.operations.cash import free_cash
from billwright.receivables.queries import assert_sub_ledger_ties, list_wallet, open_amounts
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    make_account,
    make_act,
    make_cash,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


def make_ana():
    make_world()
    make_plan()
    ana = make_account("ANA")
    subscribe(ana)
    return ana


def top_up(account, amount, *, on="2026-01-01", expires_on=None, cash=None):
    piece = cash or make_cash(account, amount, on=on)
    return top_up_wallet(
        act=make_act(),
        cash_id=piece.pk,
        amount=Money(amount, "ZAR"),
        on=day(on),
        expires_on=day(expires_on) if expires_on else None,
    )


def expire(ana, as_of):
    return expire_wallets(act=make_act(), legal_entity_id=ana.legal_entity_id, as_of=day(as_of))


def balance(role, **where):
    rows = Posting.objects.filter(ledger_account__role=role, **where).values_list("amount_minor", flat=True)
    return sum(rows)


def lots(account):
    return [(lot.left.amount_minor, str(lot.expires_on)) for lot in list_wallet(account.pk)]


def test_a_bill_draws_the_earliest_expiring_first_and_leaves_the_rest():
    ana = make_ana()
    top_up(ana, 9000)
    top_up(ana, 8000, on="2026-01-02", expires_on="2026-06-01")
    top_up(ana, 5000, on="2026-01-03", expires_on="2026-03-01")
    bill("2026-01-05")
    # 115.00: all of the lot that ends in March, 65.00 of June's, nothing of what never expires.
    assert lots(ana) == [(1500, "2026-06-01"), (9000, "None")]
    assert [str(amount) for amount in open_amounts(Invoice.objects.values_list("id", flat=True)).values()] == [
        "0.00 ZAR"
    ]
    assert balance("WALLETS") == -10500
    assert balance("RECEIVABLES") == 0
    assert_sub_ledger_ties()


def test_other_money_is_used_first_and_a_wallet_pays_what_is_missing():
    ana = make_ana()
    make_cash(ana, 10000)
    top_up(ana, 5000)
    bill("2026-01-05")
    assert lots(ana) == [(3500, "None")]
    assert balance("UNALLOCATED_CASH") == 0
    assert list(WalletUse.objects.values_list("kind", "amount_minor")) == [("DRAWN", 1500)]


def test_what_expires_is_revenue_on_its_day_and_never_drawn():
    ana = make_ana()
    top_up(ana, 20000, expires_on="2026-01-05")
    bill("2026-01-05")
    assert lots(ana) == [(20000, "2026-01-05")]
    assert expire(ana, "2026-01-04") == 0
    assert expire(ana, "2026-01-05") == 1
    assert expire(ana, "2026-01-06") == 0
    assert balance("REVENUE", ledger_account__family="breakage") == -20000
    assert balance("WALLETS") == 0
    assert_sub_ledger_ties()


def test_what_is_given_back_is_unallocated_money_again():
    ana = make_ana()
    lot = top_up(ana, 5000)
    give_back_wallet(act=make_act(), wallet_lot_id=lot.wallet_lot_id, on=day("2026-01-02"))
    assert (lots(ana), balance("UNALLOCATED_CASH")) == ([], -5000)
    with pytest.raises(Refusal, match="Nothing is left"):
        give_back_wallet(act=make_act(), wallet_lot_id=lot.wallet_lot_id, on=day("2026-01-02"))
    assert_sub_ledger_ties()


def test_a_receipt_that_is_taken_back_takes_its_wallet_along():
    ana = make_ana()
    lot = top_up(ana, 20000)
    bill("2026-01-05")
    free_cash(act=make_act(), payment_id=lot.payment_id, not_before=day("2026-01-06"))
    assert lots(ana) == []
    assert sum(UnallocatedCash.objects.values_list("open_minor", flat=True)) == 20000
    assert_sub_ledger_ties()
    gone = top_up(ana, 5000, on="2026-01-07", expires_on="2026-01-08")
    expire(ana, "2026-01-08")
    with pytest.raises(Conflict, match="has expired"):
        free_cash(act=make_act(), payment_id=gone.payment_id, not_before=day("2026-01-09"))


@pytest.mark.parametrize(
    ("amount", "expires_on", "code"),
    [(0, None, "wallet.amount"), (5001, None, "wallet.exceeds_left"), (5000, "2026-01-01", "wallet.expiry")],
)
def test_what_cannot_be_bought_is_refused(amount, expires_on, code):
    ana = make_ana()
    cash = make_cash(ana, 5000)
    with pytest.raises(Refusal) as refused:
        top_up(ana, amount, expires_on=expires_on, cash=cash)
    assert refused.value.code == code
    assert (lots(ana), balance("WALLETS")) == ([], 0)


ACTS = st.lists(
    st.tuples(st.sampled_from(["buy", "bill", "give back", "expire"]), st.integers(1, 30000), st.integers(1, 90)),
    min_size=2,
    max_size=7,
)


class AnySequence(TestCase):
    """Whatever happens to a wallet, money is neither made nor lost, and the ledger says the same."""

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(acts=ACTS)
    def test_ties(self, acts):
        with transaction.atomic():
            self._play(acts)
            transaction.set_rollback(True)

    def _play(self, acts):
        ana = make_ana()
        bought = 0
        for number, (what, amount, days) in enumerate(acts, start=1):
            on = f"2026-{number:02}-10"
            if what == "buy":
                bought += amount
                month, rest = divmod(number * 30 + days, 360)
                expires = f"{2026 + month}-{rest // 30 + 1:02}-15"
                top_up(ana, amount, on=on, expires_on=expires if expires > on else None)
            elif what == "bill":
                bill(on)
            elif what == "expire":
                expire(ana, on)
            else:
                for lot in list_wallet(ana.pk)[:1]:
                    give_back_wallet(act=make_act(), wallet_lot_id=lot.wallet_lot_id, on=day(on))
        left = sum(WalletLot.objects.values_list("open_minor", flat=True))
        used = sum(WalletUse.objects.values_list("amount_minor", flat=True))
        assert bought == left + used
        assert balance("WALLETS") == -left
        assert_sub_ledger_ties()
        assert Decimal(sum(Posting.objects.values_list("amount_minor", flat=True))) == 0
