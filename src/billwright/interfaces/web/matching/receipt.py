"""One receipt of the queue: its words with the evidence marked, and what it would pay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billwright.access.queries import display_names
from billwright.interfaces.web.accounts.scope import visible_entities
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.matching.candidates import candidates
from billwright.interfaces.web.matching.words import DIFFERENCES, GROUNDS, REASONS, STATES, ground_words
from billwright.kernel.errors import NotFound
from billwright.receivables.match_rows import EvidenceRow, MatchRow
from billwright.receivables.queries import get_match, list_queue
from billwright.receivables.states import MATCH, WriteOffKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `why` is said where it is evidence."""

    text: str
    why: str = ""


def marked(text: str, evidence: list[EvidenceRow]) -> list[Piece]:
    """A text in pieces, evidence apart; places that overlap an earlier one or lie outside are left plain."""
    pieces, end = [], 0
    for one in sorted(evidence, key=lambda one: (one.start, -one.end)):
        if one.start < end or one.end > len(text):
            continue
        pieces.append(Piece(text[end : one.start]))
        pieces.append(Piece(text[one.start : one.end], f"{GROUNDS.get(one.kind, one.kind)}: {one.means}"))
        end = one.end
    return [piece for piece in (*pieces, Piece(text[end:])) if piece.text]


def _written(row: MatchRow) -> list[tuple[str, list[Piece]]]:
    """What the payer wrote, field by field, with its evidence marked."""
    texts = (
        ("reference", _("Reference"), row.reference),
        ("text", _("Text"), row.text),
        ("payer_name", _("Payer"), row.payer_name),
    )
    return [
        (label, marked(text, [one for one in row.evidence if one.field == name])) for name, label, text in texts if text
    ]


def _said_once(evidence: Iterable[EvidenceRow]) -> list[tuple[str, str, str]]:
    """What was found and what it means, once each: the reference and the text often say the same."""
    return list(dict.fromkeys((one.kind, one.found, one.means) for one in evidence))


def visible_match(request: HttpRequest, match_id: int) -> MatchRow:
    """A finding in whose company the person may see matching. Raises NotFound, NotAllowed."""
    entities = {entity.id for entity in visible_entities(request, "match.view")}
    row = get_match(match_id)
    if row.legal_entity_id not in entities:
        raise NotFound("match.not_found", _("There is no such finding."), field="match_id")
    return row


@require_GET
def receipt(request: HttpRequest, match_id: int) -> HttpResponse:
    """The receipt on the left, what it would pay on the right."""
    row = visible_match(request, match_id)
    entities = [entity.id for entity in visible_entities(request, "match.view")]
    following = list_queue(legal_entity_ids=entities, after=(row.value_date, row.match_id), limit=1)
    words, tone, icon = STATES[row.state]
    may_choose = may(request, "match.accept_other") and MATCH.allows("accept", row.state)
    wanted = request.GET.get("find", "" if row.account_id else row.payer_name).strip()[:80]
    day = day_at(request, row.legal_entity_id)
    context = {
        "match": row,
        "fields": _written(row),
        "evidence": [(GROUNDS.get(kind, kind), found, means) for kind, found, means in _said_once(row.evidence)],
        "find": wanted,
        "candidates": candidates(row, wanted) if may_choose else [],
        "state": words,
        "tone": tone,
        "icon": icon,
        "ground": ground_words(row.evidence_kind),
        "reason": REASONS.get(row.reason, row.reason),
        "difference": DIFFERENCES[WriteOffKind(row.write_off_kind)] if row.write_off_kind else "",
        "waiting_days": (day - row.value_date).days,
        "is_late": row.target_on < day,
        "next": following[0] if following else None,
        "owner": display_names([row.owner]).get(row.owner, row.owner) if row.owner else "",
        "may": {
            "accept": may(request, "match.accept") and bool(row.items) and MATCH.allows("accept", row.state),
            "reject": may(request, "match.reject") and bool(row.items) and MATCH.allows("reject", row.state),
            "other": may_choose,
            "take": may(request, "match.assign") and MATCH.allows("accept", row.state),
            "undo": may(request, "match.undo") and MATCH.allows("undo", row.state),
        },
    }
    return render(request, "web/matching/receipt.html", context)
