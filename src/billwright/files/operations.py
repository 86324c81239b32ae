"""Writes of files: storing bytes, saving mappings, and the life of an import job."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _
from psycopg import Cursor as ServerCursor

from billwright.files.models import ImportedRow, ImportJob, ImportMapping, StoredFile
from billwright.files.queries import file_row, job_row, mapping_row
from billwright.files.rows import FileRow, ImportJobRow, MappingRow, RowIn
from billwright.files.states import IMPORT_JOB, ImportKind, ImportState, RetentionClass
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import hold_name, is_held, lock_names, lock_rows, release_name
from billwright.kernel.sql import step

SIZE_BYTES_MAX = 256 * 1024 * 1024
BATCH_ROWS = 2000
INSERTED = ("name", "media_type", "size_bytes", "sha256", "retention_class", "about", "stored_by", "stored_at")


@verb("file.store", subject=lambda _, row: f"file:{row.id}")
def store_file(
    *,
    act: Act,
    name: str,
    media_type: str,
    content: bytes,
    retention_class: RetentionClass,
    about: str = "",
    legal_entity_id: int | None = None,
) -> FileRow:
    """Keep bytes for good. The same bytes about the same subject are stored once and found again.

    `legal_entity_id` is the company whose account or document it is about: that is where the actor needs the right.
    Raises Refusal `file.empty` or `file.too_large` (256 MiB).
    """
    note_change(after={"about": about, "name": name[:200], "company": legal_entity_id})
    return keep_file(
        act=act, name=name, media_type=media_type, content=content, retention_class=retention_class, about=about
    )


def keep_file(
    *, act: Act, name: str, media_type: str, content: bytes, retention_class: RetentionClass, about: str = ""
) -> FileRow:
    """`store_file` as a part of another act."""
    if not content:
        raise Refusal("file.empty", _("The file is empty."), field="content", cure=_("Choose another file."))
    if len(content) > SIZE_BYTES_MAX:
        raise Refusal(
            "file.too_large",
            _("The file has %(size)d MiB.") % {"size": len(content) // 2**20},
            field="content",
            cure=_("Split it into files of at most %(size)d MiB.") % {"size": SIZE_BYTES_MAX // 2**20},
        )
    sha256 = hashlib.sha256(content).hexdigest()
    file = StoredFile.objects.defer("content").filter(sha256=sha256, about=about, name=name[:200]).first()
    file = file or StoredFile(
        name=name[:200],
        media_type=media_type,
        size_bytes=len(content),
        sha256=sha256,
        retention_class=retention_class,
        about=about,
        stored_by=act.actor,
        stored_at=act.at,
    )
    if file.pk is None:
        file.pk = _insert(file, content)
    return file_row(file)


def _insert(file: StoredFile, content: bytes) -> int:
    """Write a file with its bytes; Django's cursor would write them into the statement."""
    parameters = {name: getattr(file, name) for name in INSERTED}
    with connection.wrap_database_errors, ServerCursor(connection.connection) as cursor:
        step("billwright.files", "keep_file").run(cursor, {**parameters, "content": content})
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


@verb("import_mapping.save", subject=lambda arguments, _: f"import_mapping:{arguments['name']}")
def save_mapping(*, act: Act, name: str, kind: ImportKind, text: str) -> MappingRow:
    """Save the text of a mapping as the next version of its name; the same text again is the version it was."""
    return keep_mapping(act=act, name=name, kind=kind, text=text)


def keep_mapping(*, act: Act, name: str, kind: ImportKind, text: str) -> MappingRow:
    """`save_mapping` as a part of another act."""
    lock_names(f"import_mapping:{name}")
    newest = ImportMapping.objects.filter(name=name).order_by("-version").first()
    if newest is not None and (newest.text, newest.kind) == (text, kind):
        return mapping_row(newest)
    highest = ImportMapping.objects.filter(name=name).aggregate(highest=Max("version"))["highest"] or 0
    return mapping_row(
        ImportMapping.objects.create(
            name=name, kind=kind, version=highest + 1, text=text, saved_by=act.actor, saved_at=act.at
        )
    )


@verb("import.run", subject=lambda _, row: f"import:{row.id}")
def start_import(
    *,
    act: Act,
    kind: ImportKind,
    file_name: str,
    file_sha256: str,
    mapping_name: str,
    row_count: int,
    legal_entity_id: int | None = None,
    failure: str = "",
) -> ImportJobRow:
    """Open an import job over a stored file and a saved mapping; its rows are then written chunk by chunk.

    `legal_entity_id` is the company whose book it is, where there is one: that is where the actor needs the right.
    With a failure the file was refused before its first row: that is kept for the person who ordered it and left.
    Raises NotFound when the file or the mapping is not there.
    """
    file = StoredFile.objects.defer("content").filter(sha256=file_sha256, name=file_name).order_by("-id").first()
    mapping = ImportMapping.objects.filter(name=mapping_name).order_by("-version").first()
    if file is None or mapping is None:
        raise NotFound("file.not_found", _("Store the file and its mapping first."), field="file_sha256")
    _fail_ended_jobs(act)
    job = ImportJob.objects.create(
        kind=kind, file=file, mapping=mapping, row_count=row_count, started_by=act.actor, created_at=act.at
    )
    facts = {"file": file_name, "sha256": file_sha256, "mapping": mapping_name, "company": legal_entity_id}
    if failure:
        note_change(after={**facts, "failure": failure})
        return finish_job(act=act, job_id=job.pk, verb="fail", tie_out=None, error_file_id=None, failure=failure)
    hold_name(_alive(job.pk))
    job.state = IMPORT_JOB.enter("start", job.state)
    job.save(update_fields=["state"])
    note_change(after={**facts, "rows": row_count})
    return job_row(job)


def leave_job(job_id: int) -> None:
    """Say that this process no longer works on the job. One that is killed says so by the end of its connection."""
    release_name(_alive(job_id))


def _alive(job_id: int) -> str:
    return f"import_job:{job_id}"


def _fail_ended_jobs(act: Act) -> None:
    """Imports that were killed stand as running; nobody works on them any more."""
    for job in ImportJob.objects.filter(state=ImportState.RUNNING).order_by("id"):
        if not is_held(_alive(job.pk)):
            finish_job(
                act=act,
                job_id=job.pk,
                verb="fail",
                tie_out=None,
                error_file_id=None,
                failure=_("It was ended in the middle. Import the file again: what is in is not doubled."),
            )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: rows looked at, made, met again and refused, in counts since its start."""

    done_count: int
    created_count: int
    repeated_count: int
    error_count: int


def advance_job(*, job_id: int, progress: Progress) -> None:
    """Write the counts of a running job beside the rows of its chunk, in their transaction."""
    ImportJob.objects.filter(pk=job_id).update(
        done_count=progress.done_count,
        created_count=progress.created_count,
        repeated_count=progress.repeated_count,
        error_count=progress.error_count,
    )


def finish_job(
    *, act: Act, job_id: int, verb: str, tie_out: list[dict[str, Any]] | None, error_file_id: int | None, failure: str
) -> ImportJobRow:
    """End a running job by `tie_out`, `differ` or `fail`. Raises IllegalTransition when it does not run."""
    (job,) = lock_rows(ImportJob, [job_id])
    job.state = IMPORT_JOB.enter(verb, job.state)
    job.tie_out = tie_out
    job.error_file_id = error_file_id
    job.failure = failure
    job.finished_at = act.at
    job.save(update_fields=["state", "tie_out", "error_file", "failure", "finished_at"])
    return job_row(job)


def add_rows_in(*, source: str, job_id: int, rows: list[RowIn]) -> None:
    """Remember which rows are in, and what they became."""
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(source=source, identity=row.identity, subject=row.subject, digest=row.digest, job_id=job_id)
            for row in rows
        ],
        batch_size=BATCH_ROWS,
    )
