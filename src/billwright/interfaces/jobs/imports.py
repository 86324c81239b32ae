"""Taking a book over in the background: a page asks, the worker carries it out as the person who asked."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from billwright.files.operations import start_import
from billwright.files.queries import get_file, get_mapping, list_jobs, read_content
from billwright.files.rows import FileRow
from billwright.files.states import ImportKind, ImportState
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.workflow.book_import import import_book

JOBS_LOOKED_AT = 20


@app.task(name="take_over_book", pass_context=False)
def take_over_book(*, file_id: int, kind: str, mapping_name: str, actor: str) -> int | None:
    """Import a stored file by a saved mapping; returns the import's id.

    Started twice it writes nothing twice: every row that is in is known by its identity. A file that is refused as a
    whole has said so on its import, so the job is done all the same.
    """
    file, mapping = get_file(file_id), get_mapping(mapping_name)
    act = Act(actor=actor, at=clock.now())
    try:
        report = import_book(
            act=act,
            kind=ImportKind(kind),
            file_name=file.name,
            content=read_content(file_id),
            mapping_text=mapping.text,
        )
    except Refusal as refused:
        with transaction.atomic():
            _keep(act, refused, kind=ImportKind(kind), file=file, mapping_name=mapping.name)
        return None
    return report.job_id


def _keep(act: Act, refused: Refusal, *, kind: ImportKind, file: FileRow, mapping_name: str) -> None:
    """A file that was refused before its import began would leave nothing to see."""
    has_said_so = any(
        (job.file_id, job.state, job.created_at) == (file.id, ImportState.FAILED, act.at)
        for job in list_jobs(limit=JOBS_LOOKED_AT)
    )
    if not has_said_so and not isinstance(refused, NotAllowed):
        start_import(
            act=act.nested(),
            kind=kind,
            file_name=file.name,
            file_sha256=file.sha256,
            mapping_name=mapping_name,
            row_count=0,
            failure=str(refused),
        )
