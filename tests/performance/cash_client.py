"""One client of the benchmark of cash application: reads its file, then matches its shares of all receipts.

For each phase it prints the most memory that it has had in MB, and the seconds of the processor.
"""

import os
import resource
import sys
import time
from collections import deque
from datetime import UTC, date, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billwright.project.testing.settings")
TODAY = date(2026, 4, 15)
ENTRIES_AT_ONCE = 5000


def main(host: str, database: str, folder: str, number: int, count: int) -> None:
    """Do each phase that a line of the input names, and answer with a line when it is done."""
    import django

    django.setup()
    from django.db import connection

    from billwright.project.runtime.postgres import APP_ROLE, SUPERUSER

    connection.settings_dict.update({"HOST": host, "NAME": database, "USER": SUPERUSER, "PASSWORD": "", "PORT": ""})
    connection.settings_dict["OPTIONS"] = {"assume_role": APP_ROLE, "application_name": "cash-client"}
    for line in sys.stdin:
        began = time.process_time()
        (read if line.strip() == "read" else match)(Path(folder), number, count)
        memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(memory_mb, round(time.process_time() - began, 2), flush=True)


def read(folder: Path, number: int, _count: int) -> None:
    """Take the client's file in and record its entries as receipts."""
    from django.db import connection, transaction

    from billwright.kernel.acts import Act
    from billwright.workflow.bank_inbox import receive_entries, take_bank_file

    act = Act(actor="user:0", at=datetime(2026, 4, 15, 12, tzinfo=UTC))
    content = (folder / f"client-{number}.sta").read_bytes()
    with transaction.atomic():
        row = take_bank_file(act=act, name=f"client-{number}.sta", content=content)
    assert row.state == "TAKEN", row
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.id from payments_bank_entry as e inner join payments_bank_statement as s on s.id = e.statement_id"
            " where s.file_id = %s order by e.id",
            [row.id],
        )
        ids = [id_ for (id_,) in cursor.fetchall()]
    for start in range(0, len(ids), ENTRIES_AT_ONCE):
        with transaction.atomic():
            receive_entries(act=act, bank_entry_ids=ids[start : start + ENTRIES_AT_ONCE])


def match(_folder: Path, number: int, count: int) -> None:
    """Match, allocate and post the client's share of all receipts."""
    from django.db import transaction

    from billwright.kernel.acts import Act
    from billwright.workflow import cash_application
    from billwright.workflow.cash_application import Wanted

    act = Act(actor="user:0", at=datetime(2026, 4, 15, 12, tzinfo=UTC))
    for shard in cash_application.shards_from(number):
        with transaction.atomic():
            cash_application.refresh_keys(shard=shard)
    shares = deque(cash_application.shares_of(number, count))
    while shares:
        share = shares.popleft()
        wanted = Wanted(share=share, share_count=cash_application.SHARES)
        while True:
            with transaction.atomic():
                batch = cash_application.match_batch(act=act, run_key="bench", wanted=wanted, on=TODAY, auto=True)
            if batch.receipts + batch.put_off < wanted.limit:
                break
        if batch.put_off:
            shares.append(share)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
