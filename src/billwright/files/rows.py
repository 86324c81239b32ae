"""What files and imports look like from outside: frozen rows of plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billwright.files.states import ImportKind, ImportState, RetentionClass


@dataclass(frozen=True, slots=True)
class FileRow:
    """A stored file without its bytes."""

    id: int
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    retention_class: RetentionClass
    about: str
    stored_by: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A saved import mapping of one name and version."""

    id: int
    name: str
    kind: ImportKind
    version: int
    text: str
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ImportJobRow:
    """An import as it stands: its file and mapping, counts, tie-out and error file."""

    id: int
    kind: ImportKind
    state: ImportState
    file_id: int
    file_name: str
    mapping_name: str
    mapping_version: int
    error_file_id: int | None
    row_count: int
    done_count: int
    created_count: int
    repeated_count: int
    error_count: int
    tie_out: list[dict[str, str | int]] | None
    failure: str
    started_by: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowIn:
    """A row of the outside that is in: what it became, and the digest of what it said."""

    identity: str
    subject: str
    digest: str
