"""From a row of text to typed fields, by a mapping. Each fault is told; none stops the others."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import EXACT, Money, exponent
from billwright.workflow.book_import.cells import (
    commonest_formats,
    exchanged_formats,
    find_date,
    find_number,
    fitting_formats,
    fitting_styles,
    may_be_exchanged,
)
from billwright.workflow.book_import.faults import Fault, faults_of_shape
from billwright.workflow.book_import.mapping import NEEDED, STATUS_WORDS, Mapping, NumbersPart
from billwright.workflow.book_import.table import Record, Table

DATE_FIELDS = frozenset(
    {"document_date", "due_date", "settled_on", "value_date", "starts_on", "ends_before", "account.opened_on"}
)
MONEY_FIELDS = frozenset({"total", "tax", "open", "settled", "amount", "own_price"})
DECIMAL_FIELDS = frozenset({"quantity"})
WHOLE_FIELDS = frozenset({"settled_after_days", "months_in_service", "account.cycle_day", "account.payment_terms_days"})
ISO = "Y-m-d"
# Ten trillion of a currency with two places: a number beyond is a telephone number, or two columns taken for one.
AMOUNT_MINOR_MAX = 10**15
WHOLE_MAX = 10**6
# Days of any book. Other systems write 9999-12-31 for a day that is not known yet.
YEAR_FIRST, YEAR_LAST = 1900, 2199


@dataclass(frozen=True, slots=True)
class Reading:
    """A row that could be read: its identity, the digest of what it says, its currency and its typed fields."""

    row: int
    identity: str
    digest: str
    currency: str
    fields: dict[str, Any]

    def text(self, field: str, default: str = "") -> str:
        """A field of text."""
        return str(self.fields.get(field) or default)


class Reader:
    """Reads the rows of one table by one mapping; knows the formats of the whole file."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.table, self.mapping = table, mapping
        self.index = {column: position for position, column in enumerate(table.columns)}
        self._require_columns()
        self._used = self._used_columns()
        self._require_one_kind_of_dates()
        self.date_format = mapping.dates or self._date_format()
        self.numbers = mapping.numbers or self._numbers()
        self._ordinals: Counter[str] = Counter()
        self._seen: dict[str, int] = {}

    def read(self, record: Record) -> tuple[Reading | None, list[Fault]]:
        """The typed row, or what is wrong with it. Rows with the status `skip` are neither."""
        faults = faults_of_shape(self.table, record, used=self._used)
        if faults:
            return None, faults
        if self._text(record, "status") == "skip":
            return None, []
        fields: dict[str, Any] = {}
        names = {**self.mapping.constants, **self.mapping.columns}
        # The currency comes first: amounts are read by it.
        for field in sorted(names, key=lambda name: (name != "currency", name)):
            try:
                text = self._text(record, field)
                if text:
                    fields[field] = self._typed(field, text, fields, is_exact=self._is_exact(record, field))
                else:
                    self._require_optional(field)
            except Refusal as refused:
                faults.append(Fault.of(record.row, refused, field=self.mapping.columns.get(field, field)))
        identity = self._identity(record, faults)
        if faults:
            return None, faults
        content = "\x1f".join(record.cells)
        digest = hashlib.sha256(content.encode()).hexdigest()
        return Reading(record.row, identity, digest, self._currency(fields), fields), []

    def rough(self, record: Record, field: str) -> Decimal | None:
        """The number of a field of a row that was refused, as far as it can be read: for the tie-out."""
        if len(record.cells) != len(self.table.columns):
            return None
        return self._find_number(self._text(record, field), is_exact=self._is_exact(record, field))

    def rough_currency(self, record: Record) -> str:
        """The currency of a row that was refused, as far as it is known."""
        stated = self._text(record, "currency") if len(record.cells) == len(self.table.columns) else ""
        return stated or self.mapping.currency or self.mapping.entity.currency

    def _require_columns(self) -> None:
        wanted = [*self.mapping.columns.values(), *self.mapping.identity.columns]
        missing = [column for column in wanted if column not in self.index]
        if not missing:
            return
        cure = _("The file has: %(columns)s.") % {"columns": ", ".join(self.table.columns)[:300]}
        if len(self.table.columns) == 1:
            cure += " " + _("All in one column: state the delimiter in the mapping, such as file: {delimiter: ';'}.")
        raise Refusal(
            "import.column_missing",
            _("The file has no column %(column)r.") % {"column": missing[0]},
            field=missing[0],
            row=self.table.layout.header_row,
            cure=cure,
        )

    def _used_columns(self) -> frozenset[int] | None:
        """Positions of the columns that say something; None where a row is known by its whole content."""
        if self.mapping.identity.content:
            return None
        named = {*self.mapping.columns.values(), *self.mapping.identity.columns}
        return frozenset(self.index[column] for column in named)

    def _is_exact(self, record: Record, field: str) -> bool:
        """Whether the workbook holds the cell as a number or a date, which no format of the mapping changes."""
        return self.index.get(self.mapping.columns.get(field, ""), -1) in record.exact

    def _column_texts(self, fields: frozenset[str]) -> list[tuple[str, list[str]]]:
        """The cells of such columns that are text, of all rows that have them."""
        places = [(column, self.index[column]) for field, column in self.mapping.columns.items() if field in fields]
        return [
            (
                column,
                [one.cells[at] for one in self.table.records if at < len(one.cells) and at not in one.exact],
            )
            for column, at in places
        ]

    def _require_one_kind_of_dates(self) -> None:
        """Refuse a column of a workbook with dates and texts of dates.

        A spreadsheet of another country makes 3/4 the 4th of March and leaves 25/4 as text: day and month of a part
        of the column are then exchanged, and no one can say of which part.
        """
        for field, column in self.mapping.columns.items():
            if field not in DATE_FIELDS or not self.table.is_workbook:
                continue
            at = self.index[column]
            has_dates = any(at in record.exact for record in self.table.records)
            texts = [record for record in self.table.records if at < len(record.cells) and at not in record.exact]
            mixed = next((one for one in texts if may_be_exchanged(one.cells[at])), None) if has_dates else None
            if mixed is not None:
                raise Refusal(
                    "import.dates_mixed",
                    _("The column holds dates, and texts that look like dates: %(text)r.")
                    % {"text": mixed.cells[at][:60]},
                    field=column,
                    row=mixed.row,
                    cure=_(
                        "Day and month of the dates may be exchanged. Export anew with all dates as text, or as dates."
                    ),
                )

    def _date_format(self) -> str:
        texts = self._column_texts(DATE_FIELDS)
        distinct = dict.fromkeys(text for _, column in texts for text in column)
        fitting = fitting_formats(distinct)
        # Where none fits all, the rows that do not fit the commonest are told one by one; not where both orders of
        # day and month occur, as a date that fits both could then be either.
        formats = fitting or exchanged_formats(distinct) or commonest_formats(distinct)
        if len(formats) > 1:
            raise Refusal(
                "import.date_order_open",
                _("The dates can be read in more than one way: %(formats)s.") % {"formats": ", ".join(formats)},
                field=texts[0][0],
                row=self.table.records[0].row if self.table.records else None,
                cure=_("State the format in the mapping, such as dates: %(format)s.") % {"format": formats[0]},
            )
        return formats[0] if formats else ISO

    def _numbers(self) -> NumbersPart:
        texts = self._column_texts(MONEY_FIELDS | DECIMAL_FIELDS)
        styles = fitting_styles(dict.fromkeys(text for _, column in texts for text in column))
        if len(styles) > 1:
            raise Refusal(
                "import.decimal_mark_open",
                _("The amounts can be read in more than one way: the decimal mark is not certain."),
                field=texts[0][0],
                row=self.table.records[0].row if self.table.records else None,
                cure=_("State it in the mapping: numbers: {decimal: ',', thousands: '.'}."),
            )
        decimal, thousands = styles[0] if styles else (".", "")
        return NumbersPart(decimal=decimal, thousands=thousands)

    def _text(self, record: Record, field: str) -> str:
        column = self.mapping.columns.get(field)
        cell = record.cells[self.index[column]].strip() if column is not None else ""
        given = self.mapping.values.get(field)
        if given is not None and cell in given:
            return given[cell]
        return cell or self.mapping.constants.get(field, "")

    def _require_optional(self, field: str) -> None:
        if field in NEEDED[self.mapping.import_kind]:
            raise Refusal(
                "import.value_missing", _("The cell is empty."), cure=_("Fill it, or give a constant in the mapping.")
            )

    def _typed(self, field: str, text: str, fields: dict[str, Any], *, is_exact: bool) -> Any:
        if field in DATE_FIELDS:
            return self._date(text, is_exact=is_exact)
        if field in MONEY_FIELDS:
            return self._money(text, self._currency(fields), is_exact=is_exact)
        if field in DECIMAL_FIELDS:
            return self._number(text, is_exact=is_exact)
        if field in WHOLE_FIELDS:
            return self._whole(text, is_exact=is_exact)
        if field == "currency":
            exponent(text)
        if field == "status":
            return self._status(text)
        return text

    def _date(self, text: str, *, is_exact: bool) -> date:
        found = None if is_exact else find_date(text, self.date_format)
        if found is None and (is_exact or self.table.was_refused):
            # Our error files write the dates of a workbook so, whatever the format of the file.
            found = find_date(text, ISO)
        if found is None and is_exact:
            raise Refusal(
                "import.not_a_date",
                _("%(text)s is a number, not a date.") % {"text": text[:60]},
                cure=_("Show the column as dates in the spreadsheet and save it again."),
            )
        if found is None:
            raise Refusal(
                "import.not_a_date",
                _("%(text)r is not a date of the form %(format)s.") % {"text": text[:60], "format": self.date_format},
                cure=_("Correct the cell, or state another form in the mapping: dates: d/m/Y."),
            )
        if not YEAR_FIRST <= found.year <= YEAR_LAST:
            raise Refusal(
                "import.date_out_of_range",
                _("%(day)s is no day of a book.") % {"day": found.isoformat()},
                cure=_("Correct the date; where there is none, leave the cell empty."),
            )
        return found

    def _find_number(self, text: str, *, is_exact: bool) -> Decimal | None:
        numbers = NumbersPart() if is_exact else self.numbers
        return find_number(text, decimal=numbers.decimal, thousands=numbers.thousands)

    def _number(self, text: str, *, is_exact: bool) -> Decimal:
        found = self._find_number(text, is_exact=is_exact)
        if found is None:
            raise Refusal(
                "import.not_a_number",
                _("%(text)r is not a number with the decimal mark %(mark)r.")
                % {"text": text[:60], "mark": self.numbers.decimal},
                cure=_("Correct the cell, or state the marks in the mapping: numbers: {decimal: ','}."),
            )
        return found

    def _money(self, text: str, currency: str, *, is_exact: bool) -> Money:
        # Zeros beyond the currency's places say nothing: 12.300 is 12.30.
        amount = Money.of(self._number(text, is_exact=is_exact).normalize(EXACT), currency)
        if abs(amount.amount_minor) > AMOUNT_MINOR_MAX:
            raise Refusal(
                "money.too_large",
                _("%(text)s is more than an amount can be.") % {"text": text[:60]},
                cure=_("Correct the cell; or the column is not an amount."),
            )
        return amount

    def _whole(self, text: str, *, is_exact: bool) -> int:
        found = self._number(text, is_exact=is_exact)
        if found != found.to_integral_value() or abs(found) > WHOLE_MAX:
            raise Refusal(
                "import.not_whole",
                _("%(text)r is not a whole number.") % {"text": text[:60]},
                cure=_("Give a whole number, such as 30."),
            )
        return int(found)

    def _status(self, text: str) -> str:
        forced = self.mapping.options.force_status
        words = STATUS_WORDS[self.mapping.import_kind]
        if text not in words:
            raise Refusal(
                "import.status_unknown",
                _("%(text)r is not a status that the mapping knows.") % {"text": text[:60]},
                cure=_("Add it to the mapping under values: status:, as one of %(words)s.")
                % {"words": ", ".join(sorted(words))},
            )
        return forced if forced and text != "skip" else text

    def _currency(self, fields: dict[str, Any]) -> str:
        return str(fields.get("currency") or self.mapping.currency or self.mapping.entity.currency)

    def _identity(self, record: Record, faults: list[Fault]) -> str:
        if self.mapping.identity.content:
            key = hashlib.sha256("\x1f".join(record.cells).encode()).hexdigest()[:32]
            self._ordinals[key] += 1
            return f"{key}#{self._ordinals[key]}"
        parts = [record.cells[self.index[column]].strip() for column in self.mapping.identity.columns]
        identity = "|".join(parts)[:140]
        if not all(parts):
            column = self.mapping.identity.columns[parts.index("")]
            faults.append(
                Fault(record.row, column, _("The key is empty."), _("Give every row the key that identifies it."))
            )
        elif identity in self._seen:
            faults.append(
                Fault(
                    record.row,
                    self.mapping.identity.columns[0],
                    _("The key %(key)s stands in row %(row)d too.") % {"key": identity, "row": self._seen[identity]},
                    _("Take one of the two rows out, or give it another key."),
                )
            )
        self._seen.setdefault(identity, record.row)
        return identity


def with_status(mapping: Mapping, status: str) -> Mapping:
    """The mapping with every status that is not `skip` taken for this one."""
    if status not in STATUS_WORDS[mapping.import_kind] - {"skip"}:
        words = ", ".join(sorted(STATUS_WORDS[mapping.import_kind] - {"skip"}))
        raise Refusal(
            "import.status_unknown",
            _("%(status)r is no status of this kind of file.") % {"status": status},
            field="force_status",
            cure=_("Use one of %(words)s.") % {"words": words},
        )
    return mapping.model_copy(update={"options": mapping.options.model_copy(update={"force_status": status})})
