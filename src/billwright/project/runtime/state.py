"""What a running supervisor says about itself, and the lock that proves it lives."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from billwright.project.home import Home


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
    with sole_supervisor(home) as sole:
        return not sole


@contextmanager
def sole_supervisor(home: Home) -> Iterator[bool]:
    """Hold the supervisor's lock; gives False when another process holds it. The kernel frees it on any death."""
    with (home.path / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
