"""The run of an import: read, judge, write chunk by chunk, compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.files.operations import (
    Progress,
    advance_job,
    finish_job,
    keep_file,
    keep_mapping,
    leave_job,
    start_import,
)
from billwright.files.queries import rows_in
from billwright.files.rows import RowIn
from billwright.files.states import ImportKind, ImportState, RetentionClass
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_names
from billwright.workflow.book_import.books import ensure_entity, find_entity, with_currency
from billwright.workflow.book_import.customers import Customers
from billwright.workflow.book_import.faults import Fault, error_file
from billwright.workflow.book_import.invoices import Invoices
from billwright.workflow.book_import.kinds import Context, Judged, Kind
from billwright.workflow.book_import.mapping import Mapping, read_mapping
from billwright.workflow.book_import.parties import ensure_parties
from billwright.workflow.book_import.payments import Payments
from billwright.workflow.book_import.reading import Reader, Reading, with_status
from billwright.workflow.book_import.subscriptions import Subscriptions
from billwright.workflow.book_import.table import Table, read_table
from billwright.workflow.book_import.tie_out import Theirs, TieOutLine, compare

CHUNK_ROWS = 2000
# Told how many rows are done, of how many.
OnProgress = Callable[[int, int], None]

KINDS: dict[ImportKind, Callable[[], Kind]] = {
    ImportKind.CUSTOMERS: Customers,
    ImportKind.INVOICES: Invoices,
    ImportKind.PAYMENTS: Payments,
    ImportKind.SUBSCRIPTIONS: Subscriptions,
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file. `job_id` is None after a dry run, which leaves nothing behind."""

    job_id: int | None
    state: ImportState
    row_count: int
    created_count: int
    repeated_count: int
    skipped_count: int
    faults: tuple[Fault, ...]
    error_file: bytes
    tie_out: tuple[TieOutLine, ...]
    encoding: str
    delimiter: str
    date_format: str
    decimal_mark: str
    thousands_mark: str


@dataclass(slots=True)
class _Tally:
    """What has happened so far."""

    faults: list[Fault] = field(default_factory=list)
    refused_rows: set[int] = field(default_factory=set)
    identities: list[str] = field(default_factory=list)
    theirs: Theirs = field(default_factory=Theirs)
    done: int = 0
    created: int = 0
    repeated: int = 0

    def progress(self) -> Progress:
        return Progress(self.done, self.created, self.repeated, len(self.refused_rows))


def import_book(
    *,
    act: Act,
    kind: ImportKind,
    file_name: str,
    content: bytes,
    mapping_text: str,
    dry_run: bool = False,
    force_status: str = "",
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Take a file over by a mapping; opens its own transactions, one a chunk. A dry run rolls everything back.

    Rows that are in already, with the same content, are counted and not written again. The report is TIED_OUT when
    every row is in and all totals agree, else DIFFERS. Raises Refusal for a file or a mapping that cannot be read
    (`row` is then the line), and for what refuses the file as a whole.
    """
    mapping = read_mapping(mapping_text)
    if mapping.import_kind != kind:
        raise Refusal(
            "mapping.other_kind",
            _("The mapping is for %(kind)s.") % {"kind": mapping.kind},
            field="kind",
            cure=_("Use a mapping for this kind of file, or import it as what it is."),
        )
    if force_status:
        mapping = with_status(mapping, force_status)
    mapping = with_currency(mapping)
    reader = Reader(read_table(content, name=file_name, layout=mapping.layout), mapping)
    run = _Run(act=act.nested(), mapping=mapping, reader=reader, kind=KINDS[kind]())
    if not dry_run:
        return run.perform(file_name, content, mapping_text, on_progress)
    with transaction.atomic():
        report = run.perform(file_name, content, mapping_text, on_progress)
        transaction.set_rollback(True)
    return replace(report, job_id=None)


@dataclass(slots=True)
class _Run:
    act: Act
    mapping: Mapping
    reader: Reader
    kind: Kind
    tally: _Tally = field(default_factory=_Tally)

    @property
    def table(self) -> Table:
        return self.reader.table

    def perform(
        self, file_name: str, content: bytes, mapping_text: str, on_progress: OnProgress | None
    ) -> ImportReport:
        context = self._begin(file_name, content, mapping_text)
        try:
            self._work(context, on_progress)
            return self._finish(context, file_name)
        finally:
            leave_job(context.job_id)

    def _work(self, context: Context, on_progress: OnProgress | None) -> None:
        try:
            for chunk in self._chunks():
                with transaction.atomic():
                    self._take_over(context, chunk)
                    advance_job(job_id=context.job_id, progress=self.tally.progress())
                if on_progress is not None:
                    on_progress(self.tally.done, len(self.table.records))
        except Refusal as refused:
            with transaction.atomic():
                finish_job(
                    act=self.act,
                    job_id=context.job_id,
                    verb="fail",
                    tie_out=None,
                    error_file_id=None,
                    failure=str(refused),
                )
            raise

    def _begin(self, file_name: str, content: bytes, mapping_text: str) -> Context:
        """Ask whether this person may, keep file and mapping, and have the entity with its books."""
        media_type = "text/csv" if not self.table.is_workbook else "application/vnd.ms-excel"
        with transaction.atomic():
            # Two imports at once make one entity.
            lock_names(f"import_entity:{self.mapping.entity.code}")
            present = find_entity(self.mapping.entity.code)
            file = keep_file(
                act=self.act,
                name=file_name,
                media_type=media_type,
                content=content,
                retention_class=RetentionClass.WORKING_FILE,
            )
            keep_mapping(act=self.act, name=self.mapping.name, kind=self.mapping.import_kind, text=mapping_text)
            job = start_import(
                act=self.act,
                kind=self.mapping.import_kind,
                file_name=file.name,
                file_sha256=file.sha256,
                mapping_name=self.mapping.name,
                row_count=len(self.table.records),
                legal_entity_id=present.id if present else None,
            )
            entity = ensure_entity(act=self.act, part=self.mapping.entity)
            day = self.act.at.astimezone(ZoneInfo(entity.timezone)).date()
        return Context(act=self.act, mapping=self.mapping, entity=entity, job_id=job.id, as_of=day)

    def _chunks(self) -> Iterator[list[Reading]]:
        """Readable rows in chunks; the others become faults on the way."""
        chunk: list[Reading] = []
        for record in self.table.records:
            reading, faults = self.reader.read(record)
            self.tally.done += 1
            self._refuse(faults)
            if reading is not None:
                chunk.append(reading)
            if len(chunk) == CHUNK_ROWS:
                yield chunk
                chunk = []
        yield chunk

    def _take_over(self, context: Context, readings: Sequence[Reading]) -> None:
        # Two files at once may speak of the same rows, or of the same customers and numbers.
        lock_names(f"import:{self.mapping.identity_source}", f"import_into:{context.entity.id}")
        judged, faults = self.kind.judge(context, readings)
        self._refuse(faults)
        known = rows_in(source=self.mapping.identity_source, identities=[row.reading.identity for row in judged])
        known |= self.kind.found(context, [row for row in judged if row.reading.identity not in known])
        new = [row for row in judged if row.reading.identity not in known]
        again = [row for row in judged if row.reading.identity in known]
        self._amend(context, [row for row in again if known[row.reading.identity].digest != row.reading.digest], known)
        self._count_in([row for row in again if known[row.reading.identity].digest == row.reading.digest])
        self.tally.created += self._add(context, new)

    def _amend(self, context: Context, judged: Sequence[Judged], known: dict[str, RowIn]) -> None:
        """Let the kind change what is in by rows that say something else now, or refuse them."""
        faults = self.kind.amend(context, judged, known)
        self._refuse(faults)
        refused = {fault.row for fault in faults}
        self._count_in([row for row in judged if row.reading.row not in refused])

    def _count_in(self, judged: Sequence[Judged]) -> None:
        self.tally.theirs.add(judged)
        self.tally.identities += [row.reading.identity for row in judged]
        self.tally.repeated += len(judged)

    def _add(self, context: Context, new: list[Judged]) -> int:
        """Write what is new and may come in; returns how many rows that were."""
        new, faults = self.kind.refuse(context, new)
        self._refuse(faults)
        parties = ensure_parties(
            act=self.act,
            entity=context.entity,
            mapping=self.mapping,
            job_id=context.job_id,
            readings=[row.reading for row in new],
            day=context.as_of,
        )
        self._refuse(parties.faults)
        broken = {fault.row for fault in parties.faults}
        new = [row for row in new if row.reading.row not in broken]
        if new:
            self.kind.write(context, new, parties)
        self.tally.theirs.add(new)
        self.tally.identities += [row.reading.identity for row in new]
        return len(new)

    def _refuse(self, faults: Sequence[Fault]) -> None:
        """Keep faults; a row counts on their side of the tie-out once, however many faults it has."""
        for fault in faults:
            if fault.row not in self.tally.refused_rows:
                self.tally.refused_rows.add(fault.row)
                record = self.table.record_of(fault.row)
                self.tally.theirs.add_refused(
                    currency=self.reader.rough_currency(record),
                    measure=self.kind.rough_field,
                    amount=self.reader.rough(record, self.kind.rough_field) if self.kind.rough_field else None,
                )
        self.tally.faults += faults

    def _finish(self, context: Context, file_name: str) -> ImportReport:
        ours = self.kind.ours(context, self.tally.identities)
        lines = compare(self.tally.theirs, ours, measures=self.kind.measures)
        is_equal = all(line.is_equal for line in lines) and not self.tally.faults
        faults, decimal = self.tally.faults, self.reader.numbers.decimal
        errors = error_file(self.table, faults, decimal=decimal) if faults else b""
        with transaction.atomic():
            stored = self._keep_errors(file_name, errors) if errors else None
            job = finish_job(
                act=self.act,
                job_id=context.job_id,
                verb="tie_out" if is_equal else "differ",
                tie_out=[asdict(line) for line in lines],
                error_file_id=stored,
                failure="",
            )
        numbers = self.reader.numbers
        refused = len(self.tally.refused_rows)
        return ImportReport(
            job_id=job.id,
            state=job.state,
            row_count=len(self.table.records),
            created_count=self.tally.created,
            repeated_count=self.tally.repeated,
            skipped_count=len(self.table.records) - self.tally.created - self.tally.repeated - refused,
            faults=tuple(sorted(self.tally.faults, key=lambda fault: fault.row)),
            error_file=errors,
            tie_out=tuple(lines),
            encoding=self.table.layout.encoding,
            delimiter=self.table.layout.delimiter,
            date_format=self.reader.date_format,
            decimal_mark=numbers.decimal,
            thousands_mark=numbers.thousands,
        )

    def _keep_errors(self, file_name: str, errors: bytes) -> int:
        stem = file_name.rpartition(".")[0] or file_name
        return keep_file(
            act=self.act,
            name=f"{stem}.errors.csv",
            media_type="text/csv",
            content=errors,
            retention_class=RetentionClass.WORKING_FILE,
        ).id
