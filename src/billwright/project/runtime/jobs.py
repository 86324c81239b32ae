"""The two processes behind the pages: the worker that runs jobs and the scheduler that defers them by the clock."""

import asyncio
import contextlib
import logging

from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.periodic import PeriodicDeferrer, PeriodicRegistry

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
# A job whose worker has been silent for so long was killed with it; every job may start twice.
STALLED_SECONDS = 30.0
RESCUE_SECONDS = 10.0
SHUTDOWN_SECONDS = 15.0


def run_worker(*, slots: int) -> None:
    """Run jobs until SIGTERM or SIGINT, ``slots`` of them at the same time."""
    app = app_with_own_connections()
    # Deferring by the clock is the scheduler's work alone.
    app.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
    app.run_worker(
        concurrency=slots,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        shutdown_graceful_timeout=SHUTDOWN_SECONDS,
    )


def run_scheduler() -> None:
    """Defer periodic jobs when their time comes and give back the jobs of killed workers, until ended."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_schedule(app_with_own_connections()))


def app_with_own_connections() -> App:
    return django_app.with_connector(django_app.connector.get_worker_connector())  # type: ignore[attr-defined]


async def _schedule(app: App) -> None:
    deferrer = PeriodicDeferrer(registry=app.periodic_registry, **app.periodic_defaults)
    async with app.open_async():
        # The deferrer returns at once when nothing is periodic; rescuing goes on.
        await asyncio.gather(deferrer.worker(), _rescue_forever(app))


async def _rescue_forever(app: App) -> None:
    while True:
        await rescue(app)
        await asyncio.sleep(RESCUE_SECONDS)


async def rescue(app: App) -> None:
    """Give back the jobs of workers that are silent for too long; one whose work waits already is ended instead.

    Deferred again meanwhile under the same queueing lock, it cannot wait a second time, and need not.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            logger.warning("job %s (%s) lost its worker, and its work waits already", job.id, job.task_name)
            await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=False)
        else:
            logger.warning("job %s (%s) lost its worker and starts again", job.id, job.task_name)
