"""A run that is killed at random moments, again and again, must end as one that never was."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from random import Random

from django.db import connection, connections, transaction
from tests.performance.bill_run import loaded
from tests.performance.server import BenchServer
from tests.performance.worlds import AS_OF

from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import get_progress
from billwright.kernel.acts import Act
from billwright.ledger.queries import assert_books_balance
from billwright.project.runtime.postgres import SUPERUSER
from billwright.workflow.bill_run import issue_bill_run, prepare_bill_run

ACT = Act(actor="user:0", at=datetime(2026, 3, 31, 12, tzinfo=UTC))
SECONDS_MAX = 60
# What was billed, without ids and numbers: numbers follow from the order in which shards came, and sequences of ids
# leap when a server recovers.
DIGEST = """
    select md5(string_agg(row, '|' order by row)) from (
        select concat_ws(',', 'line', i.account_id, l.item_id, l.kind, l.service_from, l.service_to, l.claim_no,
                         l.net_minor, l.tax_minor, i.total_minor) as row
        from invoicing_invoice_line as l inner join invoicing_invoice as i on i.id = l.invoice_id
        union all
        select concat_ws(',', 'mark', m.item_id, m.billed_through, m.claim_no) from subscriptions_billing_mark as m
        union all
        select concat_ws(',', 'item', o.account_id, o.amount_minor, o.open_minor) from receivables_open_item as o
        union all
        select concat_ws(',', 'book', p.billing_account_id, a.legal_entity_id, a.role, a.family, sum(p.amount_minor),
                         sum(p.base_minor))
        from ledger_posting as p inner join ledger_account as a on a.id = p.ledger_account_id
        group by p.billing_account_id, a.legal_entity_id, a.role, a.family
        union all
        select concat_ws(',', 'series', s.legal_entity_id, s.kind, s.next_no, count(i.id), count(distinct i.series_no))
        from org_document_series as s left join invoicing_invoice as i on i.series_id = s.id
        group by s.id
    ) as written
"""


class KillServer(BenchServer):
    """A small server of its own: killing one of its processes restarts them all."""

    def __init__(self) -> None:
        super().__init__(memory_mb=128, home="kills")


def approved_run(payers_per_shard: int) -> int:
    """A prepared and approved run of many small shards."""
    operations.PAYERS_PER_SHARD = payers_per_shard
    with transaction.atomic():
        run = operations.create_bill_run(act=ACT, as_of=AS_OF)
    prepare_bill_run(act=ACT, run_id=run.id)
    with transaction.atomic():
        operations.check_bill_run(act=ACT, run_id=run.id)
        operations.approve_bill_run(act=ACT, run_id=run.id)
    return run.id


def digest() -> str:
    with connection.cursor() as cursor:
        cursor.execute(DIGEST)
        row = cursor.fetchone()
        assert row is not None
        return str(row[0])


def undisturbed(server: KillServer, world: str, payers_per_shard: int) -> tuple[str, float]:
    """What a run writes when nobody disturbs it, and how long its issue takes."""
    with server.copy_of(world):
        run_id = approved_run(payers_per_shard)
        begun = time.perf_counter()
        issue_bill_run(act=ACT, run_id=run_id)
        return digest(), time.perf_counter() - begun


def killed(server: KillServer, world: str, payers_per_shard: int, *, victim: str, after: float) -> tuple[str, int]:
    """Issue in another process, kill it or one of its backends, issue again here; returns digest and shards redone."""
    with server.copy_of(world) as database:
        run_id = approved_run(payers_per_shard)
        client = start_client(server, database, run_id)
        wait_for_backend(server, database)
        time.sleep(after)
        if victim == "client":
            client.kill()
        else:
            kill_a_backend(server, database)
        client.wait(SECONDS_MAX)
        come_back(server)
        redone = issue_again(run_id)
        assert_books_balance()
        return digest(), redone


def start_client(server: KillServer, database: str, run_id: int) -> "subprocess.Popen[bytes]":
    address = server.server.django_address(role=SUPERUSER, database=database)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.performance.issue_client", str(address["HOST"]), database, str(run_id)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "billwright.project.testing.settings"},
    )


def _backends(server: KillServer, database: str) -> list[int]:
    found = server.superuser(
        "select pid from pg_stat_activity where application_name = 'bill-run-client' order by pid", database=database
    )
    return [int(pid) for pid in found.splitlines()]


def wait_for_backend(server: KillServer, database: str) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not _backends(server, database) and time.monotonic() < deadline:
        time.sleep(0.05)


def kill_a_backend(server: KillServer, database: str) -> None:
    for pid in _backends(server, database)[:1]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def come_back(server: KillServer) -> None:
    """Wait until the server has recovered."""
    connections.close_all()
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        with contextlib.suppress(Exception):
            server.superuser("select 1", database="postgres")
            return
        time.sleep(0.2)


def issue_again(run_id: int) -> int:
    """Go on with the run; returns how many shards were still open. A dead client's locks may take a moment to go."""
    deadline = time.monotonic() + SECONDS_MAX
    progress = get_progress(run_id)
    while issue_bill_run(act=ACT, run_id=run_id).page.run.state != "ISSUED" and time.monotonic() < deadline:
        time.sleep(0.1)
    return progress.shard_count - progress.issued_count


def kill_times(count: int, *, subscriptions: int, payers_per_shard: int, seed: int) -> list[dict[str, object]]:
    """Kill so many runs at random moments, clients and backends in turn; each must end as the undisturbed one."""
    random = Random(seed)
    results = []
    with KillServer().running() as server:
        world = loaded(server, subscriptions)
        expected, seconds = undisturbed(server, world, payers_per_shard)
        for number in range(count):
            victim = ("client", "backend")[number % 2]
            # Two connections need a little more than half the time of the one that was measured.
            after = random.uniform(0, seconds * 0.7)
            found, redone = killed(server, world, payers_per_shard, victim=victim, after=after)
            results.append({"victim": victim, "after": round(after, 2), "redone": redone, "same": found == expected})
            print(json.dumps(results[-1]), flush=True)
    return results
