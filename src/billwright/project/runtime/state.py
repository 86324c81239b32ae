"""What a running supervisor says about itself, and the lock that proves it lives."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from billwright.project.home import Home

ASKING_SECONDS_MAX = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """One supervised process as the state file shows it."""

    name: str
    pid: int | None
    restart_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """The state file of a supervisor. It is only believed while the supervisor's lock is held."""

    pid: int
    address: str
    version: str
    ready: bool
    processes: list[ProcessState] = field(default_factory=list)

    def write(self, home: Home) -> None:
        """Replace the state file as a whole."""
        draft = home.state_file.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        draft.replace(home.state_file)


def read_state(home: Home) -> RunState | None:
    """The state of the supervisor that runs now; a file left behind by a killed one is not believed."""
    if not supervised(home):
        return None
    with contextlib.suppress(FileNotFoundError, ValueError, TypeError, KeyError):
        found = json.loads(home.state_file.read_text(encoding="utf-8"))
        processes = [ProcessState(**entry) for entry in found.pop("processes")]
        return RunState(**found, processes=processes)
    return None


def supervised(home: Home) -> bool:
    """Whether a supervisor of this home lives."""
    if not home.path.is_dir():
        return False
    with _lock_file(home).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _lock_file(home: Home) -> Path:
    return home.path / "supervisor.lock"


@contextmanager
def sole_supervisor(home: Home) -> Iterator[bool]:
    """Hold the supervisor's lock; gives False when another process holds it. The kernel frees it on any death.

    What a killed supervisor said about itself is removed, so that nobody takes it for what the new one says.
    """
    with _lock_file(home).open("w") as lock:
        if not _locked(lock):
            yield False
            return
        home.state_file.unlink(missing_ok=True)
        yield True


def _locked(lock: TextIO) -> bool:
    # Somebody who only asks whether a supervisor lives holds the lock for an instant: try for longer than that.
    deadline = time.monotonic() + ASKING_SECONDS_MAX
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        else:
            return True
