"""The account of the operating system that owns the embedded server's files.

PostgreSQL refuses to run as root, so root hands the cluster to an unprivileged account.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from billwright.project.runtime.refusals import ServerNotStarted


def server_account(*, preferred: str, cluster: Path) -> pwd.struct_passwd | None:
    """The account to run the server under; None when we are not root and run it as ourselves.

    The owner of an existing cluster comes first, so a cluster made by ``nobody`` stays usable after ``useradd``
    arrived.
    """
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(FileNotFoundError, KeyError):
        owner = pwd.getpwuid((cluster / "PG_VERSION").stat().st_uid)
        if owner.pw_uid != 0:
            return owner
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(preferred)
    if _made_account(preferred):
        return pwd.getpwnam(preferred)
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise ServerNotStarted(
            "PostgreSQL does not run as root and no other account was found.",
            cure="Make one and name it in BILLWRIGHT_PG_OS_USER, or start Billwright as an ordinary user.",
        ) from None


def _made_account(name: str) -> bool:
    tool = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if tool is None:
        return False
    command = [tool, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    made = subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0
    with contextlib.suppress(KeyError):
        pwd.getpwnam(name)  # another process may have made it between our question and our attempt
        return True
    return made


def passable(folder: Path) -> bool:
    """Whether every account may walk through ``folder`` and all its parents; parts that do not exist yet are ours."""
    return all(part.stat().st_mode & 0o001 for part in [folder, *folder.parents] if part.exists())


def readable(folder: Path) -> bool:
    """Whether every account may read ``folder`` and walk to it."""
    return folder.stat().st_mode & 0o005 == 0o005 and passable(folder)


def make_private(folder: Path, *, account: pwd.struct_passwd | None) -> None:
    """Make ``folder`` for its owner alone, refusing one that somebody else prepared."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    owner = account.pw_uid if account else os.geteuid()
    found = folder.lstat()
    if found.st_uid == 0 and account is not None and not folder.is_symlink():
        os.chown(folder, account.pw_uid, account.pw_gid)
        found = folder.lstat()
    if found.st_uid != owner or folder.is_symlink():
        raise ServerNotStarted(
            f"{folder} belongs to another user.", cure="Remove it, or start Billwright as the user who owns it."
        )
    folder.chmod(0o700)


def run_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments that make ``subprocess`` run a command under ``account``, from a folder that it may enter."""
    if account is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
