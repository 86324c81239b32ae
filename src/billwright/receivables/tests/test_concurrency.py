"""Two people at once: neither money nor an item is used twice."""

import threading

from django.db import connection, transaction

from billwright.kernel.errors import Refusal
from billwright.kernel.tests.builders import make_act
from billwright.receivables.models import Allocation
from billwright.receivables.operations import allocate
from billwright.receivables.rows import AllocationPart
from billwright.receivables.tests.builders import make_ana, make_cash, make_item, reload


def at_once(*acts):
    """Run each act in a transaction of its own connection, all started together; their answers or refusals."""
    answers, start = [None] * len(acts), threading.Barrier(len(acts))

    def run(index, act):
        start.wait()
        try:
            with transaction.atomic():
                answers[index] = act()
        except Refusal as refusal:
            answers[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads), "two acts wait for one another"
    return answers


def committed_world():
    with transaction.atomic():
        ana = make_ana()
        items = [make_item(ana, "100.00"), make_item(ana, "100.00")]
        return ana, items, make_cash(ana, "100.00")


def allocating(cash, *items):
    parts = [AllocationPart(open_item_id=item.pk, cash_id=cash.pk, amount=None) for item in items]
    return lambda: allocate(act=make_act(), parts=parts)


def test_the_same_money_is_not_given_twice(committed_db):
    _ana, [first, second], cash = committed_world()
    answers = at_once(allocating(cash, first), allocating(cash, second))
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [refusal.code for refusal in refusals] == ["allocation.exceeds_left"]
    assert reload(cash).open_minor == 0
    assert Allocation.objects.count() == 1


def test_an_item_is_not_paid_twice(committed_db):
    ana, [first, _second], cash = committed_world()
    with transaction.atomic():
        other = make_cash(ana, "100.00")
    answers = at_once(allocating(cash, first), allocating(other, first))
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    assert reload(first).open_minor == 0


def test_locks_in_any_order_of_asking_do_not_wait_in_a_circle(committed_db):
    ana, [first, second], cash = committed_world()
    with transaction.atomic():
        other = make_cash(ana, "100.00")
        parts = [
            AllocationPart(open_item_id=second.pk, cash_id=other.pk),
            AllocationPart(open_item_id=first.pk, cash_id=cash.pk),
        ]
    answers = at_once(
        lambda: allocate(act=make_act(), parts=parts), lambda: allocate(act=make_act(), parts=parts[::-1])
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
