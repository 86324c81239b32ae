"""The embedded server's configuration, reckoned from the size of the machine."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

MEGABYTE = 1024 * 1024
BUDGET_MB_MIN = 64
BUDGET_MB_MAX = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What a server may use. ``durable=False`` is for test servers alone: a power cut may lose such a cluster."""

    memory_mb: int
    connections_max: int = 120
    durable: bool = True


def machine_memory_mb() -> int:
    """Memory of the machine, or of the container that we run in when that has less."""
    total = int(psutil.virtual_memory().total)
    limit_file = Path("/sys/fs/cgroup/memory.max")
    if limit_file.is_file():
        limit = limit_file.read_text(encoding="ascii").strip()
        if limit.isdecimal():
            total = min(total, int(limit))
    return total // MEGABYTE


def default_tuning(*, memory_mb: int) -> Tuning:
    """Tuning within ``memory_mb``; 0 takes a quarter of the machine, at most 8192 MB."""
    if memory_mb:
        return Tuning(memory_mb=max(memory_mb, BUDGET_MB_MIN))
    return Tuning(memory_mb=min(max(machine_memory_mb() // 4, BUDGET_MB_MIN), BUDGET_MB_MAX))


def clones_files(folder: Path) -> bool:
    """Whether the file system under ``folder`` can copy a file inside the kernel, which makes new databases cheap."""
    with tempfile.TemporaryFile(dir=folder) as source, tempfile.TemporaryFile(dir=folder) as target:
        source.write(b"x" * 8192)
        source.flush()
        try:
            return os.copy_file_range(source.fileno(), target.fileno(), 8192, 0, 0) == 8192
        except OSError:
            return False


def configuration(tuning: Tuning, *, socket_folder: Path, clone_files: bool) -> str:
    """The text of ``billwright.conf``. Sizes in MB; the wheel is built without lz4, zstd, ICU, OpenSSL and LLVM."""
    budget = tuning.memory_mb
    socket = str(socket_folder).replace('"', '""').replace("'", "''")
    lines = [
        "# Written at each start. Own settings belong in billwright.local.conf beside this file.",
        "listen_addresses = ''",
        f"unix_socket_directories = '\"{socket}\"'",
        "unix_socket_permissions = 0700",
        f"max_connections = {tuning.connections_max}",
        f"shared_buffers = {min(budget // 2, 2048)}MB",
        f"effective_cache_size = {budget * 2}MB",
        f"work_mem = {min(max(budget // 64, 4), 64)}MB",
        f"maintenance_work_mem = {min(max(budget // 8, 16), 512)}MB",
        f"max_wal_size = {min(max(budget, 256), 4096)}MB",
        "wal_compression = pglz",
        "jit = off",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        "idle_in_transaction_session_timeout = '5min'",
        # Statements carry their values, and what is said beside an error the row: names, mailboxes, bank accounts.
        "log_min_error_statement = panic",
        "log_error_verbosity = terse",
        f"file_copy_method = {'clone' if clone_files else 'copy'}",
    ]
    if not tuning.durable:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"]
    return "\n".join([*lines, "include_if_exists = 'billwright.local.conf'", ""])
