"""The file that a backup is: a tar of a manifest, a dump in PostgreSQL's custom format, and the home's files."""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from billwright.project.runtime.refusals import RestoreRefused

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
MASTER_KEY = "keys/master.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: rows by table, digests by file, the migrations it was made at."""

    format: int
    version: str
    made_at: str
    with_key: bool
    tables: dict[str, int]
    files: dict[str, str]
    migrations: list[str]

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(self.tables.values())

    @property
    def file_count(self) -> int:
        """Stored files."""
        return len(self.files)

    def text(self) -> str:
        """As it stands in the archive."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def digest(file: Path) -> str:
    """SHA-256 of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stored_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder with its path inside it, in order."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file


def write(archive: Path, *, manifest: Manifest, dump: Path, files: Path, master_key: Path | None) -> None:
    """Write the archive beside its final name and move it there whole; its owner alone may read it."""
    draft = archive.with_name(f".{archive.name}.draft")
    text = dump.with_name(MANIFEST)
    text.write_text(manifest.text(), encoding="utf-8")
    draft.touch(mode=0o600)
    with tarfile.open(draft, "w") as tar:
        tar.add(text, MANIFEST)
        tar.add(dump, DUMP)
        for name in manifest.files:
            tar.add(files / name, f"{FILES}/{name}")
        if master_key is not None:
            tar.add(master_key, MASTER_KEY)
    draft.replace(archive)


def unpack(archive: Path, target: Path) -> Manifest:
    """Unpack below ``target`` and check every file against the manifest. Raises RestoreRefused."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(target, filter="data")
        manifest = Manifest(**json.loads((target / MANIFEST).read_text(encoding="utf-8")))
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise RestoreRefused(f"{archive} is not a whole backup: {error}", cure="Use another copy.") from error
    if manifest.format != FORMAT:
        raise RestoreRefused(
            f"{archive} was written by Billwright {manifest.version} in a form that this version does not read.",
            cure="Restore it with that version.",
        )
    (target / FILES).mkdir(exist_ok=True)
    found = {name: digest(file) for name, file in stored_files(target / FILES)}
    if found != manifest.files or not (target / DUMP).is_file():
        wrong = sorted(name for name in found.keys() | manifest.files if found.get(name) != manifest.files.get(name))
        raise RestoreRefused(f"{archive} is damaged: {', '.join(wrong[:3]) or DUMP}.", cure="Use another copy.")
    return manifest
