"""Workbooks from outside, looked through before anything unpacks them whole.

A file of a few kilobytes can unpack to more than a machine holds, or name a cell so far out that the table up to it
does. What readers of cells do not tell is noted on the way: hidden sheets, formulas, errors and merged cells.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

UNPACKED_BYTES_MAX: Final = 1 << 30
# Tables pack to a tenth or so; what packs to less than a hundredth holds the same bytes over and over.
PACKED_RATIO_MAX: Final = 100
PACKED_SMALL_BYTES: Final = 64 << 20
# A full sheet of 19 columns; each cell costs about 100 bytes when it is read.
CELLS_MAX: Final = 20_000_000
_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
# Headings and groups are merged, not whole tables.
MERGED_CELLS_MAX: Final = 1_000_000
_PIECE_BYTES: Final = 1 << 20
_CELL: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# What damaged archives raise, of which some name offsets before the file or ways of packing that nobody has.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, KeyError, ValueError, RuntimeError,
    struct.error,
)  # fmt: skip

# First row, first column, last row, last column; rows from 1, columns from 0.
Area = tuple[int, int, int, int]


@dataclass(slots=True)
class SheetSeen:
    """A sheet as its file tells it. `formulas` and `errors` are the columns (from 0) of such cells, by row."""

    name: str
    is_hidden: bool
    last_row: int = 0
    last_column: int = -1
    formulas: dict[int, list[int]] = field(default_factory=dict)
    errors: dict[int, list[int]] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)

    @property
    def cell_count(self) -> int:
        """Cells of the table that reaches as far as the sheet has any."""
        return self.last_row * (self.last_column + 1)


def look_through(content: bytes) -> list[SheetSeen]:
    """The sheets of an .xlsx file in their order. Raises Refusal `import.unreadable` or `import.too_large`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _require_size(archive)
            sheets = [_sheet(archive, name, part, is_hidden) for name, part, is_hidden in _parts(archive)]
            _require_whole(archive)
    except _BROKEN as error:
        raise _unreadable(str(error)) from error
    if not sheets:
        raise _unreadable(_("it has no sheets"))
    return sheets


def cell_place(name: str) -> tuple[int, int]:
    """Row (from 1) and column (from 0) of a cell's name, such as B7."""
    match = _CELL.fullmatch(name)
    if match is None:
        raise expat.ExpatError(f"{name[:20]!r} names no cell")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column - 1


def _unreadable(problem: str) -> Refusal:
    return Refusal(
        "import.unreadable",
        _("The file is not a workbook that can be read: %(error)s.") % {"error": problem},
        field="file",
        cure=_("Open it in a spreadsheet and save it as .xlsx or .csv."),
    )


def _require_size(archive: zipfile.ZipFile) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = sum(entry.compress_size for entry in archive.infolist())
    is_bomb = unpacked > PACKED_SMALL_BYTES and unpacked > packed * PACKED_RATIO_MAX
    if is_bomb or unpacked > UNPACKED_BYTES_MAX:
        raise Refusal(
            "import.too_large",
            _("The workbook of %(packed)d KiB unpacks to %(unpacked)d MiB.")
            % {"packed": packed >> 10, "unpacked": unpacked >> 20},
            field="file",
            cure=_("Save the sheet as .csv, or split it."),
        )


def _require_whole(archive: zipfile.ZipFile) -> None:
    """Unpack everything piece by piece: what is larger than it says, or damaged, fails its checksum."""
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while part.read(_PIECE_BYTES):
                pass


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str, bool]]:
    """Name, part and whether it is hidden, of each sheet in the order in which people see them."""
    targets: dict[str, str] = {}
    named: list[tuple[str, str, bool]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"), "")
            named.append((attributes["name"], key, attributes.get("state", "visible") != "visible"))

    _parse(archive, _RELATIONS, relation)
    _parse(archive, _BOOK, sheet)
    for name, key, is_hidden in named:
        # Chart sheets and the like have no part of cells.
        target = posixpath.normpath(posixpath.join("/xl", targets[key])).lstrip("/")
        if "worksheets" in target:
            yield name, target, is_hidden


def _sheet(archive: zipfile.ZipFile, name: str, part: str, is_hidden: bool) -> SheetSeen:
    seen = SheetSeen(name, is_hidden)
    row, column = 0, -1

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        if tag == "c":
            row, column = cell_place(attributes["r"]) if "r" in attributes else (row, column + 1)
            if attributes.get("t") == "e":
                seen.errors.setdefault(row, []).append(column)
        elif tag == "row":
            row, column = int(attributes.get("r", row + 1)), -1
        elif tag in ("v", "is", "f"):
            seen.last_row, seen.last_column = max(seen.last_row, row), max(seen.last_column, column)
            if tag == "f":
                seen.formulas.setdefault(row, []).append(column)
        elif tag == "mergeCell":
            first, _colon, last = attributes["ref"].partition(":")
            seen.merged.append((*cell_place(first), *cell_place(last or first)))

    _parse(archive, part, start)
    seen.merged = [_within(seen, area) for area in seen.merged]
    merged_cells = sum((last_row - row + 1) * (last - first + 1) for row, first, last_row, last in seen.merged)
    if seen.cell_count > CELLS_MAX or merged_cells > MERGED_CELLS_MAX:
        raise Refusal(
            "import.too_large",
            _("The sheet %(sheet)s reaches to row %(row)d and column %(column)d.")
            % {"sheet": name, "row": seen.last_row, "column": seen.last_column + 1},
            field=name,
            row=seen.last_row,
            cure=_("Delete what stands far from the table, or save the sheet as .csv."),
        )
    return seen


def _within(sheet: SheetSeen, area: Area) -> Area:
    """The part of a merged area that lies where the sheet has cells; none where it lies outside."""
    first_row, first_column, last_row, last_column = area
    last_row, last_column = min(last_row, sheet.last_row), min(last_column, sheet.last_column)
    return first_row, first_column, max(last_row, first_row - 1), max(last_column, first_column - 1)


def _parse(archive: zipfile.ZipFile, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
    """Tell each element of a part by its name without its namespace."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    # No workbook has a document type; one with entities of its own is an attack.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(part) as stream:
        _feed(parser, stream)


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    while piece := stream.read(_PIECE_BYTES):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_arguments: object) -> None:
    raise expat.ExpatError("it declares a document type")
