"""Jobs whose worker is gone: given back once, and ended where their work waits already."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from billwright.project.runtime.jobs import app_with_own_connections, rescue

NEW_JOB = """
    insert into procrastinate_jobs (queue_name, task_name, priority, queueing_lock, status)
    values ('default', 'reading', 0, %s, %s::procrastinate_job_status) returning id
"""


def make_job(*, queueing_lock, status):
    """A job; in the state `doing` it has no worker, as one whose worker was killed and forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(NEW_JOB, [queueing_lock, status])
        return cursor.fetchone()[0]


def rescue_once():
    """In a thread of its own: a browser that tests drove before leaves a loop running in this one."""

    async def once():
        app = app_with_own_connections()
        async with app.open_async():
            await rescue(app)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(once())).result()


@pytest.mark.usefixtures("committed_db")
def test_a_job_that_lost_its_worker_waits_again_unless_its_work_waits_already():
    alone = make_job(queueing_lock="alone", status="doing")
    lost = make_job(queueing_lock="hourly", status="doing")
    waiting = make_job(queueing_lock="hourly", status="todo")
    last = make_job(queueing_lock=None, status="doing")
    rescue_once()
    with connection.cursor() as cursor:
        cursor.execute("select id, status::text from procrastinate_jobs")
        states = dict(cursor.fetchall())
    assert states == {alone: "todo", lost: "aborted", waiting: "todo", last: "todo"}
