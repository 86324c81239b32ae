"""Writes of usage: define a meter, and take records in, each counted once however often it is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from billwright.kernel import sql
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.usage.models import Meter
from billwright.usage.policies import NewUsage, content_hash, fault_of
from billwright.usage.queries import MeterRow, get_meter, meters_by_code
from billwright.usage.states import Aggregate

PACKAGE = "billwright.usage"
GRACE_HOURS_MAX = 24 * 31


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeter:
    """Something to count. `highest_of` names the meters whose larger total it takes; it then has no records."""

    code: str
    name: str = ""
    unit: str = ""
    aggregate: Aggregate = Aggregate.SUM
    highest_of: tuple[str, ...] = ()
    grace_hours: int = 0


@dataclass(frozen=True, slots=True)
class RefusedUsage:
    """A record that was not counted: its row from 1, the rule, and what is wrong."""

    row: int
    key: str
    code: str
    field: str
    says: str


@dataclass(frozen=True, slots=True)
class UsageIntake:
    """What became of a batch: counted, sent before with the same content, and refused."""

    recorded_count: int
    repeated_count: int
    refused: tuple[RefusedUsage, ...]


@verb("meter.define", subject=lambda arguments, _: f"meter:{arguments['meter'].code}")
def define_meter(*, act: Act, meter: NewMeter) -> MeterRow:
    """Add a meter. Its aggregate never changes afterwards: bills rest on it.

    Raises Refusal `meter.unnamed`, `meter.grace`, `meter.highest_of`, NotFound `meter.not_found` for a meter it is
    the highest of, Conflict `meter.exists`.
    """
    if not meter.code.strip():
        raise Refusal("meter.unnamed", _("A meter has a code."), field="code")
    if not 0 <= meter.grace_hours <= GRACE_HOURS_MAX:
        raise Refusal("meter.grace", _("Grace is 0 to 744 hours."), field="grace_hours")
    if (meter.aggregate == Aggregate.HIGHEST_OF) != bool(meter.highest_of):
        raise Refusal("meter.highest_of", _("The highest of which meters?"), field="highest_of")
    known = meters_by_code([meter.code, *meter.highest_of])
    if meter.code in known:
        raise Conflict("meter.exists", _("There already is a meter %(code)s.") % {"code": meter.code}, field="code")
    for code in meter.highest_of:
        _require_plain(known.get(code), code)
    Meter.objects.create(
        code=meter.code,
        name=meter.name or meter.code,
        unit=meter.unit,
        aggregate=meter.aggregate,
        highest_of=list(meter.highest_of),
        grace_hours=meter.grace_hours,
    )
    note_change(after={"aggregate": meter.aggregate, "highest_of": list(meter.highest_of)})
    return get_meter(meter.code)


def _require_plain(meter: MeterRow | None, code: str) -> None:
    if meter is None:
        raise NotFound("meter.not_found", _("There is no meter %(code)s.") % {"code": code}, field="highest_of")
    if meter.highest_of:
        raise Refusal("meter.highest_of", _("%(code)s is itself a highest of.") % {"code": code}, field="highest_of")


@verb("usage.record", subject=lambda arguments, _: f"subscription:{arguments['records'][0].subscription_id}")
def record_usage(*, act: Act, records: tuple[NewUsage, ...]) -> UsageIntake:
    """Count a batch of records in a fixed number of statements.

    A record whose (source, key) is known counts no second time: with the same content it is a repeat, with other
    content it is refused. Wrong records are refused by row and stop nobody else: `meter.not_found`,
    `usage.computed_meter`, `usage.quantity`, `usage.instant`, `usage.continues`, `usage.other_content`.
    Raises Refusal `usage.empty` for no records at all.
    """
    if not records:
        raise Refusal("usage.empty", _("There are no records."), field="records")
    intake = _Intake(act, records)
    intake.judge()
    intake.write()
    answer = UsageIntake(intake.recorded_count, intake.repeated_count, tuple(sorted(intake.refused, key=_row_of)))
    note_change(
        after={
            "recorded": answer.recorded_count,
            "repeated": answer.repeated_count,
            "refused": len(answer.refused),
        }
    )
    return answer


def _row_of(refused: RefusedUsage) -> int:
    return refused.row


class _Intake:
    """One batch on its way in."""

    def __init__(self, act: Act, records: Sequence[NewUsage]) -> None:
        self.act = act
        self.records = records
        self.meters = meters_by_code({record.meter for record in records})
        self.refused: list[RefusedUsage] = []
        self.repeated_count = 0
        self.recorded_count = 0
        self._fresh: dict[int, int] = {}
        """Row to content hash, of the records that go on to the table."""
        self._first: dict[tuple[str, str], int] = {}
        """(source, key) to the row that brought it first."""

    def judge(self) -> None:
        """Sort out what is wrong in itself, or a second time in this batch."""
        for row, record in enumerate(self.records, start=1):
            fault = self._fault(record)
            if fault is not None:
                self._refuse(row, fault)
                continue
            hashed = content_hash(record)
            first = self._first.setdefault((record.source, record.key), row) if record.key else row
            if first == row:
                self._fresh[row] = hashed
            else:
                self._repeat(row, same=self._fresh[first] == hashed)

    def write(self) -> None:
        """Insert what is new; what is known already is a repeat, or refused."""
        rows = list(self._fresh)
        written = self._insert(rows)
        self.recorded_count = len(written)
        left = [row for row in rows if row not in written]
        known = self._known(left)
        for row in left:
            record = self.records[row - 1]
            self._repeat(row, same=known[record.source, record.key] == self._fresh[row])

    def _fault(self, record: NewUsage) -> Refusal | None:
        meter = self.meters.get(record.meter)
        if meter is None:
            return NotFound("meter.not_found", _("There is no meter %(code)s.") % {"code": record.meter}, field="meter")
        if meter.highest_of:
            return Refusal(
                "usage.computed_meter",
                _("%(code)s is computed from other meters.") % {"code": record.meter},
                field="meter",
                cure=_("Send the records of %(codes)s.") % {"codes": ", ".join(meter.highest_of)},
            )
        return fault_of(record, at=self.act.at)

    def _refuse(self, row: int, refusal: Refusal) -> None:
        says = f"{refusal.message} {refusal.cure}" if refusal.cure else refusal.message
        self.refused.append(RefusedUsage(row, self.records[row - 1].key, refusal.code, refusal.field or "", says))

    def _repeat(self, row: int, *, same: bool) -> None:
        if same:
            self.repeated_count += 1
            return
        refusal = Refusal(
            "usage.other_content",
            _("The key came before with another content."),
            field="key",
            cure=_("A correction is a record of its own, with its own key."),
        )
        self._refuse(row, refusal)

    def _insert(self, rows: Sequence[int]) -> set[int]:
        """The rows that were new to the table."""
        taken = [self.records[row - 1] for row in rows]
        with connection.cursor() as cursor:
            found = sql.step(PACKAGE, "record_usage").rows(
                cursor,
                {
                    "rows": list(rows),
                    "subscription_ids": [one.subscription_id for one in taken],
                    "meter_ids": [self.meters[one.meter].id for one in taken],
                    "sources": [one.source for one in taken],
                    "keys": [one.key for one in taken],
                    "instants": [one.happened_at for one in taken],
                    "days": [one.day for one in taken],
                    "quantities": [one.quantity for one in taken],
                    "changes": [one.is_change for one in taken],
                    "properties": [json.dumps(dict(one.properties)) for one in taken],
                    "continued": [one.continues_key for one in taken],
                    "hashes": [self._fresh[row] for row in rows],
                    "at": self.act.at,
                },
            )
        return {row for (row,) in found}

    def _known(self, rows: Sequence[int]) -> dict[tuple[str, str], int]:
        taken = [self.records[row - 1] for row in rows]
        with connection.cursor() as cursor:
            found = sql.step(PACKAGE, "find_known_keys").rows(
                cursor, {"sources": [one.source for one in taken], "keys": [one.key for one in taken]}
            )
        return {(source, key): hashed for source, key, hashed in found}
