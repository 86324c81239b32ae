"""Reads of notes and status notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q

from billwright.accounts.models import AccountNote, StatusNote
from billwright.accounts.rows import NoteRow, StatusNoteRow

NOTES_ON_A_PAGE = 100


def note_row(note: AccountNote) -> NoteRow:
    """The note as a frozen row."""
    return NoteRow(
        id=note.pk, account_id=note.account_id, body=note.body, author=note.author, recorded_at=note.recorded_at
    )


def _status_row(note: StatusNote) -> StatusNoteRow:
    account = note.account
    return StatusNoteRow(
        id=note.pk,
        account_id=account.pk,
        account_number=account.number,
        account_name=account.name or account.customer.name,
        status=note.status,
        cause=note.cause,
        next_action=note.next_action,
        next_action_on=note.next_action_on,
        author=note.author,
        recorded_at=note.recorded_at,
    )


def list_notes(account_id: int, *, before_id: int | None = None, limit: int = NOTES_ON_A_PAGE) -> list[NoteRow]:
    """The notes of an account, newest first; `before_id` continues a page."""
    notes = AccountNote.objects.filter(account_id=account_id)
    if before_id is not None:
        notes = notes.filter(id__lt=before_id)
    return [note_row(note) for note in notes.order_by("-id")[:limit]]


def list_status_notes(account_id: int) -> list[StatusNoteRow]:
    """All status notes of an account: the present one on top, the older ones below."""
    notes = StatusNote.objects.filter(account_id=account_id).select_related("account__customer")
    return [_status_row(note) for note in notes.order_by("-id")]


def present_status_note(account_id: int) -> StatusNoteRow | None:
    """The status note on top of an account, or None."""
    rows = present_status_notes(account_ids=[account_id])
    return rows[0] if rows else None


def present_status_notes(
    *, account_ids: Iterable[int] | None = None, legal_entity_id: int | None = None
) -> list[StatusNoteRow]:
    """The present status note of each account, in account order: the bulk export. Without ids: of all accounts."""
    notes = StatusNote.objects.select_related("account__customer")
    if account_ids is not None:
        notes = notes.filter(account_id__in=list(account_ids))
    if legal_entity_id is not None:
        notes = notes.filter(account__legal_entity_id=legal_entity_id)
    return [_status_row(note) for note in notes.order_by("account_id", "-id").distinct("account_id")]


def search_notes(
    text: str,
    *,
    legal_entity_ids: Collection[int] | None = None,
    before_id: int | None = None,
    limit: int = NOTES_ON_A_PAGE,
) -> list[StatusNoteRow]:
    """Status notes, present and older, that hold the text in status, cause or next action; newest first."""
    notes = StatusNote.objects.select_related("account__customer").filter(
        Q(status__icontains=text) | Q(cause__icontains=text) | Q(next_action__icontains=text)
    )
    if legal_entity_ids is not None:
        notes = notes.filter(account__legal_entity_id__in=legal_entity_ids)
    if before_id is not None:
        notes = notes.filter(id__lt=before_id)
    return [_status_row(note) for note in notes.order_by("-id")[:limit]]
