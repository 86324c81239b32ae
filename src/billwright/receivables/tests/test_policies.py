from datetime import date

from billwright.receivables.policies import Claim, Piece, Share, cover, distribute, held
from billwright.receivables.states import AllocationPolicy, ClaimClass


def claim(item_id, open_minor, *, due="2026-02-01", kind=ClaimClass.PRINCIPAL, disputed=0):
    return Claim(
        item_id=item_id,
        due_date=date.fromisoformat(due),
        document_date=date(2026, 1, 1),
        claim_class=kind,
        open_minor=open_minor,
        disputed_minor=disputed,
    )


def piece(left_minor, *, cash_id=1):
    return Piece(cash_id=cash_id, value_date=date(2026, 2, 10), left_minor=left_minor)


def test_held_is_the_sum_of_holds_but_never_more_than_is_open():
    assert held(open_minor=100, holds=[]) == 0
    assert held(open_minor=100, holds=[30, 20]) == 50
    assert held(open_minor=100, holds=[80, 40]) == 100
    assert held(open_minor=100, holds=[None]) == 100
    assert held(open_minor=-100, holds=[None]) == 0


def test_the_undisputed_part_of_every_claim_comes_first():
    claims = [claim(1, 100, disputed=40), claim(2, 100, due="2026-03-01")]
    shares = distribute(policy=AllocationPolicy.OLDEST_FIRST, pieces=[piece(120)], claims=claims)
    assert shares == [Share(1, 1, 60), Share(1, 2, 60)]


def test_money_beyond_all_undisputed_parts_pays_the_disputed_ones():
    claims = [claim(1, 100, disputed=40), claim(2, 100, due="2026-03-01")]
    shares = distribute(policy=AllocationPolicy.OLDEST_FIRST, pieces=[piece(180)], claims=claims)
    assert shares == [Share(1, 1, 80), Share(1, 2, 100)]


def test_costs_come_before_interest_before_principal():
    claims = [
        claim(1, 50, due="2026-01-01"),
        claim(2, 50, due="2026-03-01", kind=ClaimClass.INTEREST),
        claim(3, 50, due="2026-03-02", kind=ClaimClass.COSTS),
    ]
    shares = distribute(policy=AllocationPolicy.COSTS_INTEREST_PRINCIPAL, pieces=[piece(120)], claims=claims)
    assert shares == [Share(1, 3, 50), Share(1, 2, 50), Share(1, 1, 20)]


def test_credit_covers_the_oldest_first():
    assert cover(credit_minor=120, free=[100, 0, 50]) == [100, 0, 20]
