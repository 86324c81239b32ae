"""Notes and the status note of an account. Nothing is overwritten: the newest status note is the present one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.accounts.models import AccountNote, BillingAccount, StatusNote
from billwright.accounts.policies import check_length
from billwright.accounts.queries.notes import note_row, present_status_notes
from billwright.accounts.rows import NoteRow, StatusNoteRow
from billwright.kernel.acts import Act, verb
from billwright.kernel.errors import NotFound, Refusal

NOTE_LENGTH_MAX = 10_000


@dataclass(frozen=True, slots=True)
class StatusNoteDraft:
    """Where an account stands, why, and what happens next and when."""

    account_id: int
    status: str
    cause: str = ""
    next_action: str = ""
    next_action_on: date | None = None


@verb("account.add_note", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def add_note(*, act: Act, account_id: int, body: str) -> NoteRow:
    """Add a remark; it is never changed, a correction is another note. Raises Refusal `note.empty`, NotFound."""
    text = check_length(body, field="body", length_max=NOTE_LENGTH_MAX)
    if not text:
        raise Refusal("note.empty", _("The note is empty."), field="body", cure=_("Write something."))
    _require_accounts([account_id])
    return note_row(AccountNote.objects.create(account_id=account_id, body=text, author=act.actor, recorded_at=act.at))


def set_status_note(*, act: Act, draft: StatusNoteDraft) -> StatusNoteRow:
    """Put a status note on top of one account; see `set_status_notes`."""
    (row,) = set_status_notes(act=act, drafts=(draft,))
    return row


@verb(
    "account.set_status_note",
    subject=lambda arguments, rows: (
        f"account:{rows[0].account_id}" if len(rows) == 1 else f"accounts:{len(arguments['drafts'])}"
    ),
)
def set_status_notes(*, act: Act, drafts: tuple[StatusNoteDraft, ...]) -> tuple[StatusNoteRow, ...]:
    """Put status notes on top of accounts; the older ones are kept below. Rows come back in account order.

    Raises Refusal `status_note.without_status` or `status_note.twice` with the row, NotFound `account.not_found`.
    """
    seen: set[int] = set()
    for index, draft in enumerate(drafts):
        if not draft.status.strip():
            raise Refusal(
                "status_note.without_status",
                _("A status note says where the account stands."),
                field="status",
                row=index,
                cure=_("Give a status, such as: waiting for a purchase order."),
            )
        if draft.account_id in seen:
            raise Refusal("status_note.twice", _("One account has two notes."), field="account_id", row=index)
        seen.add(draft.account_id)
    _require_accounts(sorted(seen))
    StatusNote.objects.bulk_create(
        [
            StatusNote(
                account_id=draft.account_id,
                status=check_length(draft.status, field="status", length_max=80),
                cause=check_length(draft.cause, field="cause", length_max=200),
                next_action=check_length(draft.next_action, field="next_action", length_max=200),
                next_action_on=draft.next_action_on,
                author=act.actor,
                recorded_at=act.at,
            )
            for draft in drafts
        ]
    )
    return tuple(present_status_notes(account_ids=sorted(seen)))


def _require_accounts(account_ids: list[int]) -> None:
    found = set(BillingAccount.objects.filter(id__in=account_ids).values_list("id", flat=True))
    if missing := set(account_ids) - found:
        raise NotFound("account.not_found", _("There is no account %(id)d.") % {"id": min(missing)}, field="account_id")
