"""One supervised process: started, watched, started again with a growing pause, stopped with all it started."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAUSE_SECONDS_FIRST = 0.5
PAUSE_SECONDS_MAX = 60.0
HEALTHY_SECONDS = 60.0
LOG_BYTES_MAX = 10_000_000
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def pause_before_restart(failure_count: int) -> float:
    """Seconds to wait before the next start after so many failures in a row: doubling from 0.5 to 60."""
    return float(min(PAUSE_SECONDS_FIRST * 2 ** (failure_count - 1), PAUSE_SECONDS_MAX))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """What to run and where it writes."""

    name: str
    command: Sequence[str]
    log_file: Path


class Child:
    """A process that should run for as long as its supervisor does."""

    def __init__(self, spec: ChildSpec, *, environment: dict[str, str]) -> None:
        self.spec = spec
        self.restart_count = 0
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._failure_count = 0
        self._start_again_at = 0.0

    @property
    def pid(self) -> int | None:
        """The number of the running process."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, *, at: float) -> None:
        """Start it; ``at`` is a monotonic time in seconds."""
        if self.spec.log_file.exists() and self.spec.log_file.stat().st_size > LOG_BYTES_MAX:
            self.spec.log_file.replace(self.spec.log_file.with_suffix(".log.1"))
        with self.spec.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.spec.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd="/",
                # A group of its own, so that what it started can be ended with it and Ctrl-C reaches us alone.
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread forks
            )
        self._started_at = at

    def tend(self, *, at: float) -> bool:
        """Look after it: note a death, start it again when its pause is over. Says whether something changed."""
        if self._process is not None:
            if self._process.poll() is None:
                return False
            self._end_group(signal.SIGKILL)
            self._process = None
            healthy = at - self._started_at >= HEALTHY_SECONDS
            self._failure_count = 1 if healthy else self._failure_count + 1
            self._start_again_at = at + pause_before_restart(self._failure_count)
            return True
        if at < self._start_again_at:
            return False
        self.start(at=at)
        self.restart_count += 1
        return True

    def stop(self, *, grace_seconds: float) -> None:
        """Ask it to end, wait, then end it and all it started."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_seconds)
        self._end_group(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _end_group(self, number: signal.Signals) -> None:
        assert self._process is not None, "there is a process to end"
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _end_with_parent() -> None:
    """Runs in the child before its program: ask Linux for SIGTERM when the supervisor is killed."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
