"""Parent accounts that pay for their children, from a day on."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from billwright.accounts.models import BillingAccount, ParentLink
from billwright.accounts.queries.billing_accounts import parent_link_row
from billwright.accounts.rows import ParentLinkRow
from billwright.accounts.states import AccountState
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_names, lock_rows


@verb("account.set_parent", subject=lambda arguments, _: f"account:{arguments['child_id']}")
def set_parent(*, act: Act, child_id: int, parent_id: int, valid_from: date) -> ParentLinkRow:
    """Let `parent_id` pay for `child_id` from a day on (the first day of a billing period); an earlier link ends there.

    Raises Refusal `parent.other_entity`, `parent.other_currency`, `parent.cycle`, `parent.closed`, `parent.not_later`,
    NotFound.
    """
    lock_names("accounts.parents")  # two links made at once could close a circle that neither sees
    found = {account.pk: account for account in lock_rows(BillingAccount, [child_id, parent_id])}
    for account_id in (child_id, parent_id):
        if account_id not in found:
            raise NotFound("account.not_found", _("There is no account %(id)d.") % {"id": account_id})
    _require_same_books(found[child_id], found[parent_id])
    _require_open(found[parent_id], valid_from)
    _require_no_cycle(child_id=child_id, parent_id=parent_id, valid_from=valid_from)
    present = ParentLink.objects.filter(child_id=child_id, valid_to=None).first()
    if present is not None and present.valid_from >= valid_from:
        raise Refusal(
            "parent.not_later",
            _("A parent pays from %(day)s on.") % {"day": present.valid_from.isoformat()},
            field="valid_from",
            cure=_("Give a later day."),
        )
    if present is not None:
        ParentLink.objects.filter(pk=present.pk).update(valid_to=valid_from)
    link = ParentLink.objects.create(child_id=child_id, parent_id=parent_id, valid_from=valid_from, recorded_at=act.at)
    note_change(
        before={"parent_id": None if present is None else present.parent_id},
        after={"parent_id": parent_id},
        effective_on=valid_from,
    )
    return parent_link_row(link)


@verb("account.end_parent", subject=lambda arguments, _: f"account:{arguments['child_id']}")
def end_parent(*, act: Act, child_id: int, ends_before: date) -> ParentLinkRow:
    """Let the child pay for itself from `ends_before` on. Raises NotFound `parent.none`, Refusal `parent.not_later`."""
    lock_rows(BillingAccount, [child_id])
    link = ParentLink.objects.filter(child_id=child_id, valid_to=None).first()
    if link is None:
        raise NotFound("parent.none", _("No parent pays for this account."), field="child_id")
    if ends_before <= link.valid_from:
        raise Refusal(
            "parent.not_later",
            _("The parent pays from %(day)s on.") % {"day": link.valid_from.isoformat()},
            field="ends_before",
            cure=_("Give a later day."),
        )
    link.valid_to = ends_before
    link.save(update_fields=["valid_to"])
    note_change(before={"parent_id": link.parent_id}, after={"parent_id": None}, effective_on=ends_before)
    return parent_link_row(link)


def _require_open(parent: BillingAccount, valid_from: date) -> None:
    """Nothing new is billed to a closed account, so what its children use would be billed to nobody."""
    if parent.state == AccountState.CLOSED and (parent.closed_on is None or parent.closed_on <= valid_from):
        raise Refusal(
            "parent.closed",
            _("Account %(number)s is closed by then.") % {"number": parent.number},
            field="parent_id",
            cure=_("Choose an account that is open, or open it again."),
        )


def _require_same_books(child: BillingAccount, parent: BillingAccount) -> None:
    if child.pk == parent.pk:
        raise Refusal("parent.cycle", _("Nobody is their own parent."), field="parent_id")
    if child.legal_entity_id != parent.legal_entity_id:
        raise Refusal(
            "parent.other_entity",
            _("The accounts belong to different legal entities."),
            field="parent_id",
            cure=_("Choose a parent of the same entity."),
        )
    if child.currency_id != parent.currency_id:
        raise Refusal(
            "parent.other_currency",
            _("The child is billed in %(child)s, the parent in %(parent)s.")
            % {"child": child.currency_id, "parent": parent.currency_id},
            field="parent_id",
            cure=_("Choose a parent of the same currency."),
        )


def _require_no_cycle(*, child_id: int, parent_id: int, valid_from: date) -> None:
    """Walk up from the parent along links that still hold on or after the day: the child must not be among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "with recursive above (account_id) as ("
            " select %(parent_id)s::bigint"
            " union"
            " select l.parent_id from accounts_parent_link as l inner join above as a on l.child_id = a.account_id"
            " where l.valid_to is null or l.valid_to > %(valid_from)s)"
            " select 1 from above where account_id = %(child_id)s",
            {"parent_id": parent_id, "child_id": child_id, "valid_from": valid_from},
        )
        if cursor.fetchone() is not None:
            raise Refusal(
                "parent.cycle",
                _("The child already pays, directly or not, for this parent."),
                field="parent_id",
                cure=_("End that link first."),
            )
