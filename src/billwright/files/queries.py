"""Reads of files, mappings and import jobs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billwright.files.models import ImportedRow, ImportJob, ImportMapping, StoredFile
from billwright.files.rows import FileRow, ImportJobRow, MappingRow, RowIn
from billwright.files.states import ImportKind, ImportState, RetentionClass
from billwright.kernel.errors import NotFound

JOBS_ON_A_PAGE = 50
# What the files of imports are kept on: nothing in the book yet.
IMPORT = "import"


def file_row(file: StoredFile) -> FileRow:
    """The stored file as a frozen row."""
    return FileRow(
        id=file.pk,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        retention_class=RetentionClass(file.retention_class),
        about=file.about,
        stored_by=file.stored_by,
        stored_at=file.stored_at,
    )


def get_file(file_id: int) -> FileRow:
    """A file without its bytes. Raises NotFound `file.not_found`."""
    file = StoredFile.objects.defer("content").filter(pk=file_id).first()
    if file is None:
        raise NotFound("file.not_found", _("There is no such file."), field="file_id")
    return file_row(file)


def get_import_file(file_id: int) -> FileRow:
    """A file that was stored to be imported: who imports reads no other. Raises NotFound `file.not_found`."""
    file = get_file(file_id)
    if file.about not in ("", IMPORT):
        raise NotFound("file.not_found", _("There is no such file."), field="file_id")
    return file


def read_content(file_id: int) -> bytes:
    """The bytes of a file. Raises NotFound `file.not_found`."""
    content = StoredFile.objects.filter(pk=file_id).values_list("content", flat=True).first()
    if content is None:
        raise NotFound("file.not_found", _("There is no such file."), field="file_id")
    return bytes(content)


def list_files(*, about: str) -> list[FileRow]:
    """What is stored about a subject, newest first."""
    return [file_row(file) for file in StoredFile.objects.defer("content").filter(about=about).order_by("-id")]


def mapping_row(mapping: ImportMapping) -> MappingRow:
    """The mapping as a frozen row."""
    return MappingRow(
        id=mapping.pk,
        name=mapping.name,
        kind=ImportKind(mapping.kind),
        version=mapping.version,
        text=mapping.text,
        saved_by=mapping.saved_by,
        saved_at=mapping.saved_at,
    )


def list_mappings(*, kind: ImportKind | None = None) -> list[MappingRow]:
    """The newest version of each mapping, by name."""
    mappings = ImportMapping.objects.order_by("name", "-version").distinct("name")
    if kind is not None:
        mappings = mappings.filter(kind=kind)
    return [mapping_row(mapping) for mapping in mappings]


def get_mapping(name: str, *, version: int | None = None) -> MappingRow:
    """A mapping by name, the newest version unless one is asked for. Raises NotFound `mapping.not_found`."""
    mappings = ImportMapping.objects.filter(name=name).order_by("-version")
    if version is not None:
        mappings = mappings.filter(version=version)
    mapping = mappings.first()
    if mapping is None:
        raise NotFound("mapping.not_found", _("There is no mapping %(name)r.") % {"name": name}, field="name")
    return mapping_row(mapping)


def job_row(job: ImportJob) -> ImportJobRow:
    """The import job as a frozen row."""
    return ImportJobRow(
        id=job.pk,
        kind=ImportKind(job.kind),
        state=ImportState(job.state),
        file_id=job.file_id,
        file_name=job.file.name,
        mapping_name=job.mapping.name,
        mapping_version=job.mapping.version,
        error_file_id=job.error_file_id,
        row_count=job.row_count,
        done_count=job.done_count,
        created_count=job.created_count,
        repeated_count=job.repeated_count,
        error_count=job.error_count,
        tie_out=job.tie_out,
        failure=job.failure,
        started_by=job.started_by,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def get_job(job_id: int) -> ImportJobRow:
    """An import job. Raises NotFound `import.not_found`."""
    job = _jobs().filter(pk=job_id).first()
    if job is None:
        raise NotFound("import.not_found", _("There is no such import."), field="job_id")
    return job_row(job)


def list_jobs(*, before_id: int | None = None, limit: int = JOBS_ON_A_PAGE) -> list[ImportJobRow]:
    """Import jobs, newest first; `before_id` continues a page."""
    jobs = _jobs()
    if before_id is not None:
        jobs = jobs.filter(id__lt=before_id)
    return [job_row(job) for job in jobs.order_by("-id")[:limit]]


def count_jobs(*, state: ImportState) -> int:
    """How many imports stand in a state."""
    return ImportJob.objects.filter(state=state).count()


def _jobs() -> QuerySet[ImportJob]:
    return ImportJob.objects.select_related("file", "mapping").defer("file__content", "mapping__text")


def rows_in(*, source: str, identities: Iterable[str]) -> dict[str, RowIn]:
    """Which of the identities of a source are in already."""
    rows = ImportedRow.objects.filter(source=source, identity__in=list(identities))
    return {row.identity: RowIn(row.identity, row.subject, row.digest) for row in rows}
