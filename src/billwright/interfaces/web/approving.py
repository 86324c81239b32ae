"""Acts that need a second person: the page asks for approval instead of acting, and says who may give it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from billwright.access.approvals import ApprovalRow
from billwright.access.authority import day_of
from billwright.access.matrix import MATRIX
from billwright.access.queries import who_may
from billwright.interfaces.web.acting import actor_of, at_of, perform
from billwright.ui import toasts
from billwright.workflow.approvals import request_approval


def needs_second_person(verb: str) -> bool:
    """Whether the matrix lets the verb run from an approval only."""
    return MATRIX[verb].needs_second_person


def ask(request: HttpRequest, verb: str, *, reason: str, case_text: str, arguments: dict[str, Any]) -> ApprovalRow:
    """Ask that another person let `verb` happen, and tell the asker who may. Raises what `request_approval` refuses."""
    approval = perform(request, request_approval, reason=reason, verb=verb, arguments=arguments, case_text=case_text)
    people = who_may_decide(request, approval)
    if people:
        toasts.toast(request, _("Sent for approval to %(people)s.") % {"people": ", ".join(people)}, tone="accent")
    else:
        words = _("Sent for approval, but nobody else may approve it yet: an administrator can give the role.")
        toasts.toast(request, words, tone="warn")
    return approval


def who_may_decide(request: HttpRequest, approval: ApprovalRow) -> tuple[str, ...]:
    """The people other than the asker who may let it happen; empty while there is nobody."""
    found = who_may(
        verb=approval.verb,
        amount=approval.amount,
        legal_entity_id=approval.legal_entity_id,
        as_of=day_of(at_of(request)),
        except_actors=frozenset({actor_of(request)}),
    )
    return tuple(name for _id, name in found.people)
