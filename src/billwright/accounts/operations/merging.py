"""Two customers that are one party: merging them, and taking it back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.accounts.models import BillingAccount, Customer
from billwright.accounts.operations.changing import refresh_search
from billwright.accounts.operations.customers import lock_customer
from billwright.accounts.rows import MergeRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.trail import trail_of


@verb("customer.merge", subject=lambda arguments, _: f"customer:{arguments['merged_id']}")
def merge_customers(*, act: Act, kept_id: int, merged_id: int) -> MergeRow:
    """Let `kept_id` take the place of `merged_id`: its accounts move over, its row and history stay.

    Documents keep the names they were issued with. Raises NotFound, Refusal `customer.merged`, `customer.same`.
    """
    if kept_id == merged_id:
        raise Refusal("customer.same", _("A customer is not merged with itself."), field="merged_id")
    lock_rows(Customer, [kept_id, merged_id])
    kept, merged = lock_customer(kept_id), lock_customer(merged_id)
    account_ids = tuple(BillingAccount.objects.filter(customer=merged).order_by("id").values_list("id", flat=True))
    BillingAccount.objects.filter(id__in=account_ids).update(customer=kept)
    merged.merged_into, merged.merged_at, merged.version = kept, act.at, merged.version + 1
    merged.save(update_fields=["merged_into", "merged_at", "version"])
    note_change(
        before={"merged_into": None},
        after={"merged_into": kept_id, "account_ids": list(account_ids), "version": merged.version},
    )
    refresh_search(account_ids)
    return MergeRow(kept_id=kept_id, merged_id=merged_id, account_ids=account_ids)


@verb("customer.undo_merge", subject=lambda arguments, _: f"customer:{arguments['merged_id']}")
def undo_merge(*, act: Act, merged_id: int) -> MergeRow:
    """Give a merged customer its accounts back: those that moved with it, as the audit row of the merge says.

    Accounts opened later stay with the kept customer. Raises NotFound, Refusal `customer.not_merged`.
    """
    found = lock_rows(Customer, [merged_id])
    if not found:
        raise NotFound("customer.not_found", _("There is no such customer."), field="merged_id")
    merged = found[0]
    if merged.merged_into_id is None:
        raise Refusal("customer.not_merged", _("This customer is not merged."), field="merged_id")
    kept_id = merged.merged_into_id
    (merge, *_older) = trail_of([f"customer:{merged_id}"], verbs=["customer.merge"], limit=1)
    moved = BillingAccount.objects.filter(id__in=merge.after["account_ids"], customer_id=kept_id)
    account_ids = tuple(moved.order_by("id").values_list("id", flat=True))
    BillingAccount.objects.filter(id__in=account_ids).update(customer=merged)
    merged.merged_into, merged.merged_at, merged.version = None, None, merged.version + 1
    merged.save(update_fields=["merged_into", "merged_at", "version"])
    note_change(
        before={"merged_into": kept_id},
        after={"merged_into": None, "account_ids": list(account_ids), "version": merged.version},
    )
    refresh_search(account_ids)
    return MergeRow(kept_id=kept_id, merged_id=merged_id, account_ids=account_ids)
