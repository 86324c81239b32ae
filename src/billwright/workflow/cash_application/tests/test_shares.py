"""One worker and four find the same: a run goes payer by payer, whoever looks at whom."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.db import connection, transaction

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.locking import lock_rows
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.receivables.models import OpenItem
from billwright.receivables.queries import untied
from billwright.receivables.tests.builders import make_cash, make_item
from billwright.workflow import cash_application
from billwright.workflow.cash_application import SHARES, Wanted, shares_of
from billwright.workflow.cash_application.tests.test_at_once import left_behind, says, undone_afterwards

TODAY = date(2026, 2, 12)
ACT = make_act(at="2026-02-12T09:00:00", reason="test")
PAYERS = 12
WORKERS = 4


def make_payers():
    """Each names a document, pays two at once, and twice wants the same item; nobody wants what another owes."""
    books = make_books("KAROO")
    for number in range(PAYERS):
        payer = f"Payer Number{number} Trading"
        account = make_account(books, make_customer(payer))
        # Numbers that are in no account's number: a text that names a stranger's document depends on who comes first.
        documents = [f"IN-77{number:02d}{k}00" for k in range(4)]
        for k, document in enumerate(documents):
            make_item(account, f"{100 + number + 200 * k}.00", number=document)
        texts = (
            (f"{100 + number}.00", f"inv {documents[0]}"),
            (f"{800 + 2 * number}.00", f"{documents[1]} {documents[2]}"),
            (f"{700 + number}.00", f"acc {account.number}"),
            (f"{700 + number}.00", f"acc {account.number} again"),
        )
        for amount, text in texts:
            says(make_cash(None, amount, legal_entity_id=books.id), text, payer)


def work(worker, workers):
    for shard in cash_application.shards_from(worker):
        with transaction.atomic():
            cash_application.refresh_keys(shard=shard)
    for share in shares_of(worker, workers):
        with transaction.atomic():
            wanted = Wanted(share=share, share_count=SHARES)
            cash_application.match_batch(act=ACT, run_key="run", wanted=wanted, on=TODAY, auto=True)


def side_by_side():
    """Four workers, each with a connection of its own."""

    def one(worker):
        try:
            work(worker, WORKERS)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(worker,)) for worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_one_worker_and_four_leave_the_same_behind(committed_db):
    with transaction.atomic():
        make_payers()
    with undone_afterwards():
        work(0, 1)
        by_one = left_behind()
    side_by_side()
    by_four = left_behind()
    assert untied() == []
    for one, four in zip(by_one, by_four, strict=True):
        assert one == four
    # Three of four receipts of each payer settle something; the fourth finds its item taken.
    allocated = {payment_id for _account, _item, payment_id, *_rest in by_four[1]}
    assert len(allocated) == 3 * PAYERS


def match_in_another_connection():
    try:
        with transaction.atomic():
            return cash_application.match_batch(act=ACT, run_key="run", wanted=Wanted(), on=TODAY, auto=True)
    finally:
        connection.close()


def test_a_few_receipts_whose_items_are_held_do_not_keep_the_others_waiting(committed_db):
    with transaction.atomic():
        books = make_books("KAROO")
        account = make_account(books, make_customer("Karoo Farms"))
        items = [make_item(account, f"{100 + number}.00", number=f"IN-88{number:02d}00") for number in range(11)]
        for number in range(11):
            says(make_cash(None, f"{100 + number}.00", legal_entity_id=books.id), f"inv IN-88{number:02d}00")
        cash_application.refresh_keys()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_rows(OpenItem, [items[3].pk])
            first = pool.submit(match_in_another_connection).result(timeout=30)
            # Nothing is left but what is held: now it waits, instead of asking again and again.
            rest = pool.submit(match_in_another_connection)
        second = rest.result(timeout=30)
    assert (first.receipts, first.posted, first.put_off) == (10, 10, 1)
    assert (second.receipts, second.posted, second.put_off) == (1, 1, 0)
    assert untied() == []
