"""Workbooks to take along: written into a file, so that memory does not grow with their rows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from django.http import FileResponse, HttpResponse

from billwright.kernel.reading import snapshot
from billwright.render.xlsx import Sheet, save_workbook

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is smaller never touches the disk.
HELD_BYTES_MAX: Final = 1 << 20
SENT_BYTES: Final = 1 << 16


class _SentFile(FileResponse):
    """A file sent in few pieces; Django's own measure is 4 KB."""

    block_size = SENT_BYTES


def workbook(sheets: Sequence[Sheet], *, name: str) -> HttpResponse:
    """The sheets as a file `name`.xlsx, all read from one state of the book. Rows are read while they are written.

    The answer begins when the file is whole, so that whoever asked for too much is told in words.
    Raises Refusal `export.too_long`.
    """
    with ExitStack() as opened:
        file = opened.enter_context(SpooledTemporaryFile(max_size=HELD_BYTES_MAX))
        with snapshot():
            save_workbook(cast("IO[bytes]", file), sheets)
        size = file.tell()
        file.seek(0)
        if size > HELD_BYTES_MAX:
            # Django closes it when it is sent.
            opened.pop_all()
            sent = _SentFile(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)
            # Views promise an HttpResponse. What is asked of it on its way, headers and pieces, this one has as well.
            return cast("HttpResponse", sent)
        return made_workbook(file.read(), name=name)


def made_workbook(content: bytes, *, name: str) -> HttpResponse:
    """A workbook that is made already, as a file `name`.xlsx."""
    answer = HttpResponse(content, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
