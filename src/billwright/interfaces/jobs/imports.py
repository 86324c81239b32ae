"""Taking a book over in the background: a page asks, the worker carries it out as the person who asked."""

from __future__ import annotations

from procrastinate.contrib.django import app

from billwright.files.queries import get_file, get_mapping, read_content
from billwright.files.states import ImportKind
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.workflow.book_import import import_book


@app.task(name="take_over_book", pass_context=False)
def take_over_book(*, file_id: int, kind: str, mapping_name: str, actor: str) -> int | None:
    """Import a stored file by a saved mapping; returns the import's id.

    Started twice it writes nothing twice: every row that is in is known by its identity. A file that is refused as a
    whole has said so on its import, so the job is done all the same.
    """
    file = get_file(file_id)
    try:
        report = import_book(
            act=Act(actor=actor, at=clock.now()),
            kind=ImportKind(kind),
            file_name=file.name,
            content=read_content(file_id),
            mapping_text=get_mapping(mapping_name).text,
        )
    except Refusal:
        return None
    return report.job_id
