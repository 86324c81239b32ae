"""What is looked at and what leaves the house: both leave a row in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billwright.access.masking import KINDS
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value that was shown in full."""

    subject: str
    kind: str


@verb("personal.reveal", subject=lambda arguments, _revealed: arguments["subject"])
def reveal_personal(*, act: Act, subject: str, kind: str, legal_entity_id: int | None = None) -> Revealed:
    """Note that a person looks at a masked value in full; the caller shows it only after this returned.

    `kind` is one of `masking.KINDS`. Raises Refusal `personal.unknown_kind`.
    """
    if kind not in KINDS:
        raise Refusal("personal.unknown_kind", _("%(kind)s is never masked.") % {"kind": kind}, field="kind")
    note_change(after={"revealed": kind, "legal_entity_id": legal_entity_id})
    return Revealed(subject, kind)


@dataclass(frozen=True, slots=True)
class Exported:
    """A list that left the house."""

    report: str


@verb("export.run", subject=lambda arguments, _exported: f"report:{arguments['report']}")
def run_export(
    *,
    act: Act,
    report: str,
    filters: dict[str, Any],
    row_count: int | None = None,
    legal_entity_id: int | None = None,
) -> Exported:
    """Note which list a person takes along, with its filters and, where it is known before, its number of rows."""
    note_change(after={"filters": filters, "row_count": row_count, "legal_entity_id": legal_entity_id})
    return Exported(report)
