"""The permission matrix: one row a right, one column a role. This table is the whole truth about who may do what.

`kind`  r  a right to see: asked by the pages and the API
        w  a verb of that name
        2  a verb that always needs a second person: it runs only from an approval
        o  one's own affairs: open to every active user, in every legal entity
cells   Y  yes; authority limits, where rows exist, bound the amount
        L  up to an authority limit; without a row for the currency, nothing
        .  no

The built-in operator holds every right (whoever is at the machine's command line could change the database itself);
the audit trail names it. Sections in brackets name the scopes of API tokens: `read`, `write`, `write:payments`, or
one right by its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from billwright.access.states import Role

COLUMNS: Final[dict[str, Role]] = {
    "AGT": Role.SERVICE_DESK_AGENT,
    "COL": Role.COLLECTOR,
    "CSH": Role.CASH_APPLIER,
    "BIL": Role.BILLING_SPECIALIST,
    "DIS": Role.DISPUTE_APPROVER,
    "LEA": Role.TEAM_LEAD,
    "FIN": Role.FINANCE_MANAGER,
    "AUD": Role.AUDITOR,
    "SAL": Role.SALES_READ_ONLY,
    "ADM": Role.ADMINISTRATOR,
}

_TABLE = """
                              kind AGT COL CSH BIL DIS LEA FIN AUD SAL ADM
[accounts]
account.view                    r   Y   Y   Y   Y   Y   Y   Y   Y   Y   .
account.view_contact            r   Y   Y   .   Y   Y   Y   Y   Y   .   .
account.view_bank               r   .   .   Y   .   .   .   Y   Y   .   .
account.view_tax_number         r   .   .   .   Y   .   Y   Y   Y   .   .
personal.reveal                 w   Y   Y   Y   Y   Y   Y   Y   Y   .   .
customer.create                 w   Y   .   .   Y   .   Y   Y   .   .   .
customer.update                 w   Y   Y   .   Y   .   Y   Y   .   .   .
customer.merge                  w   .   .   .   Y   .   Y   Y   .   .   .
customer.undo_merge             w   .   .   .   Y   .   Y   Y   .   .   .
account.create                  w   Y   .   .   Y   .   Y   Y   .   .   .
account.update                  w   Y   .   .   Y   .   Y   Y   .   .   .
account.close                   w   .   .   .   Y   .   Y   Y   .   .   .
account.reopen                  w   .   .   .   Y   .   Y   Y   .   .   .
account.add_contact             w   Y   Y   .   Y   Y   Y   Y   .   .   .
account.change_contact          w   Y   Y   .   Y   Y   Y   Y   .   .   .
account.change_address          w   Y   Y   .   Y   .   Y   Y   .   .   .
account.set_references          w   Y   Y   .   Y   .   Y   Y   .   .   .
account.set_parent              w   .   .   .   Y   .   Y   Y   .   .   .
account.end_parent              w   .   .   .   Y   .   Y   Y   .   .   .
payer.assign                    w   .   .   .   Y   .   Y   Y   .   .   .
payer.release                   w   .   .   .   Y   .   Y   Y   .   .   .
account.add_note                w   Y   Y   Y   Y   Y   Y   Y   .   .   .
account.set_status_note         w   Y   Y   Y   Y   Y   Y   Y   .   .   .
[documents]
scenario.run                    r   .   .   .   Y   .   Y   Y   Y   .   Y
invoice.view                    r   Y   Y   Y   Y   Y   Y   Y   Y   Y   .
bill_run.view                   r   .   .   .   Y   .   Y   Y   Y   .   .
bill_run.create                 w   .   .   .   Y   .   .   Y   .   .   .
bill_run.prepare                w   .   .   .   Y   .   .   Y   .   .   .
bill_run.check                  w   .   .   .   Y   .   .   Y   .   .   .
bill_run.hold_payer             w   .   .   .   Y   .   Y   Y   .   .   .
bill_run.release_payer          w   .   .   .   Y   .   Y   Y   .   .   .
bill_run.clear_finding          w   .   .   .   Y   .   .   Y   .   .   .
bill_run.approve                w   .   .   .   .   .   Y   Y   .   .   .
bill_run.issue                  w   .   .   .   Y   .   .   Y   .   .   .
bill_run.discard                w   .   .   .   Y   .   .   Y   .   .   .
held_document.release           w   .   .   .   Y   .   Y   Y   .   .   .
held_document.release_many      w   .   .   .   Y   .   Y   Y   .   .   .
coverage.record_reason          w   .   .   .   Y   .   Y   Y   .   .   .
check_rule.set                  2   .   .   .   Y   .   Y   Y   .   .   .
shadow_run.begin                w   .   .   .   Y   .   Y   Y   .   .   .
shadow_run.sign_off             w   .   .   .   .   .   Y   Y   .   .   .
invoice.draft                   w   .   .   .   Y   .   .   Y   .   .   .
invoice.replace_draft           w   .   .   .   Y   .   .   Y   .   .   .
invoice.discard                 w   .   .   .   Y   .   .   Y   .   .   .
invoice.rebill                  w   .   .   .   L   .   L   Y   .   .   .
invoice.undo_rebill             w   .   .   .   .   .   Y   Y   .   .   .
credit_note.draft               w   Y   .   .   Y   Y   Y   Y   .   .   .
debit_note.draft                w   .   .   .   Y   .   .   Y   .   .   .
credit_note.draft_alone         w   Y   .   .   Y   Y   Y   Y   .   .   .
debit_note.draft_alone          w   .   .   .   Y   .   .   Y   .   .   .
invoice.issue                   w   .   .   .   Y   .   .   Y   .   .   .
invoice.issue_at_once           w   .   .   .   Y   .   .   Y   .   .   .
credit_note.issue               w   .   .   .   L   L   L   Y   .   .   .
debit_note.issue                w   .   .   .   Y   .   .   Y   .   .   .
document.send_copy              w   Y   Y   Y   Y   Y   Y   Y   .   .   .
payment.send_receipt            w   Y   Y   Y   Y   Y   Y   Y   .   .   .
reminder.send                   w   .   .   .   Y   .   .   Y   .   .   .
statement.send                  w   Y   Y   Y   Y   .   Y   Y   .   .   .
[catalog]
product.create                  w   .   .   .   Y   .   .   Y   .   .   Y
plan.create                     w   .   .   .   Y   .   .   Y   .   .   Y
plan.retire                     w   .   .   .   Y   .   .   Y   .   .   Y
price.set                       w   .   .   .   Y   .   .   Y   .   .   .
renewal_rule.set                w   .   .   .   Y   .   .   Y   .   .   Y
change_rule.set                 w   .   .   .   Y   .   .   Y   .   .   Y
price_index.create              w   .   .   .   Y   .   .   Y   .   .   Y
price_index.record              w   .   .   .   Y   .   .   Y   .   .   .
tax_pack.apply                  w   .   .   .   .   .   .   Y   .   .   Y
tax_code.create                 w   .   .   .   .   .   .   Y   .   .   .
tax_rule.set                    w   .   .   .   .   .   .   Y   .   .   .
price.agree_ramp                w   .   .   .   Y   .   .   Y   .   .   .
price.change                    w   .   .   .   L   .   .   Y   .   .   .
[subscriptions]
subscription.subscribe          w   .   .   .   Y   .   .   Y   .   .   .
subscription.subscribe_many     w   .   .   .   Y   .   .   Y   .   .   .
subscription.order_with_coupon  w   .   .   .   Y   .   .   Y   .   .   .
subscription.activate           w   .   .   .   Y   .   .   Y   .   .   .
subscription.cancel             w   Y   .   .   Y   .   Y   Y   .   .   .
subscription.keep               w   Y   .   .   Y   .   Y   Y   .   .   .
subscription.change_quantity    w   .   .   .   Y   .   .   Y   .   .   .
subscription.change             w   .   .   .   Y   .   .   Y   .   .   .
subscription.change_by_rule     w   .   .   .   Y   .   .   Y   .   .   .
subscription.pause              w   Y   .   .   Y   .   Y   Y   .   .   .
subscription.resume             w   Y   .   .   Y   .   Y   Y   .   .   .
subscription.change_cycle_day   w   .   .   .   Y   .   .   Y   .   .   .
subscription.set_references     w   Y   Y   .   Y   .   Y   Y   .   .   .
subscription.withdraw_change    w   .   .   .   Y   .   .   Y   .   .   .
subscription.enter_due          w   .   .   .   Y   .   .   Y   .   .   .
contract.record                 w   .   .   .   Y   .   .   Y   .   .   .
contract.amend                  w   .   .   .   Y   .   .   Y   .   .   .
contract.record_signed          w   .   .   .   Y   .   .   Y   .   .   .
contract.amend_signed           w   .   .   .   Y   .   .   Y   .   .   .
contract.bind                   w   .   .   .   Y   .   .   Y   .   .   .
subscription.renew_terms        w   .   .   .   Y   .   .   Y   .   .   .
account.change_cycle_day        w   .   .   .   Y   .   .   Y   .   .   .
subscription.end_due            w   .   .   .   Y   .   .   Y   .   .   .
billing_hold.place              w   .   .   .   Y   .   Y   Y   .   .   .
billing_hold.release            w   .   .   .   Y   .   Y   Y   .   .   .
[usage]
meter.define                    w   .   .   .   Y   .   .   Y   .   .   Y
usage.record                    w   .   .   .   Y   .   .   Y   .   .   .
[charges]
adjustment.propose              w   Y   Y   .   Y   Y   Y   Y   .   .   .
adjustment.approve              w   .   .   .   L   L   L   Y   .   .   .
charge.discard                  w   .   .   .   Y   .   Y   Y   .   .   .
prepaid.grant                   w   .   .   .   Y   .   Y   Y   .   .   .
service_credit.give             w   Y   .   .   Y   .   Y   Y   .   .   .
one_off.add                     w   .   .   .   Y   .   .   Y   .   .   .
discount.give                   w   .   .   .   Y   .   .   Y   .   .   .
discount.end                    w   .   .   .   Y   .   .   Y   .   .   .
coupon.create                   w   .   .   .   Y   .   .   Y   .   .   .
coupon.close                    w   .   .   .   Y   .   .   Y   .   .   .
coupon.redeem                   w   Y   .   .   Y   .   Y   Y   .   .   .
spend_limit.set                 w   .   .   .   Y   .   .   Y   .   .   .
spend_limit.end                 w   .   .   .   Y   .   .   Y   .   .   .
[messages]
message.view                    r   Y   Y   Y   Y   Y   Y   Y   Y   .   Y
message.requeue                 w   Y   Y   .   Y   .   Y   Y   .   .   Y
message.cancel                  w   Y   Y   .   Y   .   Y   Y   .   .   Y
message.confirm                 w   .   Y   .   Y   .   Y   Y   .   .   Y
message.fail                    w   .   Y   .   Y   .   Y   Y   .   .   Y
template.save                   w   .   .   .   Y   .   .   Y   .   .   Y
mail.send_test                  w   .   .   .   .   .   .   Y   .   .   Y
[payments]
payment.view                    r   Y   Y   Y   Y   Y   Y   Y   Y   .   .
payment.receive                 w   .   .   Y   .   .   .   Y   .   .   .
payment.return                  w   .   .   Y   .   .   .   Y   .   .   .
payment.refund                  w   .   .   L   .   .   L   Y   .   .   .
refund_order.request            w   Y   Y   Y   Y   .   Y   Y   .   .   .
refund_order.approve            w   .   .   L   .   .   L   Y   .   .   .
refund_order.cancel             w   .   .   Y   .   .   Y   Y   .   .   .
refund_order.send_by_hand       w   .   .   Y   .   .   .   Y   .   .   .
refund_order.send_by_file       w   .   .   Y   .   .   .   Y   .   .   .
refund_order.send_to_source     w   .   .   Y   .   .   .   Y   .   .   .
refund_order.confirm            w   .   .   Y   .   .   .   Y   .   .   .
refund_order.fail               w   .   .   Y   .   .   .   Y   .   .   .
account_credit.give             w   .   .   L   .   .   L   Y   .   .   .
bank.view                       r   .   .   Y   .   .   .   Y   Y   .   .
bank_file.take                  w   .   .   Y   .   .   .   Y   .   .   .
bank_entry.receive              w   .   .   Y   .   .   .   Y   .   .   .
bank_entry.ignore               w   .   .   Y   .   .   .   Y   .   .   .
bank_entry.reopen               w   .   .   Y   .   .   .   Y   .   .   .
gateway.set_up                  w   .   .   .   .   .   .   Y   .   .   .
gateway.change                  w   .   .   .   .   .   .   Y   .   .   .
gateway.suspend                 w   .   .   .   .   .   .   Y   .   .   .
gateway.resume                  w   .   .   .   .   .   .   Y   .   .   .
gateway.view                    r   .   Y   Y   .   .   Y   Y   Y   .   Y
gateway.watch                   w   .   .   Y   .   .   .   Y   .   .   .
gateway_alarm.see               w   .   Y   Y   .   .   Y   Y   .   .   .
payout.record                   w   .   .   Y   .   .   .   Y   .   .   .
payout.reconcile                w   .   .   Y   .   .   .   Y   .   .   .
payout.assign                   w   .   .   Y   .   .   Y   Y   .   .   .
payout.resolve                  w   .   .   L   .   .   L   Y   .   .   .
chargeback.contest              w   .   Y   Y   .   .   Y   Y   .   .   .
chargeback.accept               w   .   .   L   .   .   L   Y   .   .   .
gateway_event.work              w   .   .   Y   .   .   .   Y   .   .   .
gateway_event.retry             w   .   .   Y   .   .   .   Y   .   .   .
gateway_event.dismiss           w   .   .   Y   .   .   .   Y   .   .   .
collection.collect_by_token     w   .   .   Y   .   .   .   Y   .   .   .
gateway_payment.charge          w   .   .   Y   .   .   .   Y   .   .   .
gateway_payment.enter           w   .   .   Y   .   .   .   Y   .   .   .
gateway_payment.enter_told      w   .   .   Y   .   .   .   Y   .   .   .
gateway_payment.start           w   Y   Y   Y   Y   .   Y   Y   .   .   .
open_item.allocate              w   .   .   Y   .   .   .   Y   .   .   .
open_item.allocate_by_policy    w   .   .   Y   .   .   .   Y   .   .   .
open_item.unallocate            w   .   .   Y   .   .   .   Y   .   .   .
open_item.write_off             w   .   .   L   .   .   L   Y   .   .   .
unallocated_cash.move           w   .   .   Y   .   .   .   Y   .   .   .
unallocated_cash.convert        w   .   .   Y   .   .   .   Y   .   .   .
unallocated_cash.convert_back   w   .   .   Y   .   .   .   Y   .   .   .
unallocated_cash.write_off      w   .   .   L   .   .   L   Y   .   .   .
match.view                      r   .   .   Y   .   .   Y   Y   Y   .   .
match.run                       w   .   .   Y   .   .   .   Y   .   .   .
match.accept                    w   .   .   Y   .   .   .   Y   .   .   .
match.accept_other              w   .   .   Y   .   .   .   Y   .   .   .
match.reject                    w   .   .   Y   .   .   .   Y   .   .   .
match.undo                      w   .   .   Y   .   .   .   Y   .   .   .
match.assign                    w   .   .   Y   .   .   Y   Y   .   .   .
match_rule.set                  w   .   .   .   .   .   .   Y   .   .   .
mandate.view                    r   Y   Y   Y   Y   Y   Y   Y   Y   .   .
stored_method.add_bank_account  w   Y   .   Y   Y   .   .   Y   .   .   .
stored_method.add_token         w   Y   .   Y   Y   .   .   Y   .   .   .
stored_method.set_rank          w   Y   .   Y   Y   .   .   Y   .   .   .
stored_method.suspend           w   Y   Y   Y   Y   .   Y   Y   .   .   .
stored_method.resume            w   .   .   Y   Y   .   Y   Y   .   .   .
stored_method.revoke            w   Y   .   Y   Y   .   Y   Y   .   .   .
stored_method.expire_due        w   .   .   Y   .   .   .   Y   .   .   .
stored_method.warn_of_expiry    w   .   .   Y   .   .   .   Y   .   .   .
mandate.add                     w   Y   .   Y   Y   .   .   Y   .   .   .
mandate.authenticate            w   Y   .   Y   Y   .   .   Y   .   .   .
mandate.activate                w   .   .   Y   Y   .   .   Y   .   .   .
mandate.suspend                 w   Y   Y   Y   Y   .   Y   Y   .   .   .
mandate.resume                  w   .   .   Y   Y   .   Y   Y   .   .   .
mandate.revoke                  w   Y   .   Y   Y   .   Y   Y   .   .   .
collection_agreement.set        w   .   .   .   .   .   .   Y   .   .   .
collection.view                 r   .   Y   Y   .   .   Y   Y   Y   .   .
collection_run.prepare          w   .   .   Y   .   .   .   Y   .   .   .
collection_run.check            w   .   .   Y   .   .   .   Y   .   .   .
collection_run.approve          w   .   .   .   .   .   Y   Y   .   .   .
collection_run.submit           w   .   .   Y   .   .   .   Y   .   .   .
collection_run.discard          w   .   .   Y   .   .   .   Y   .   .   .
collection_run.settle           w   .   .   Y   .   .   .   Y   .   .   .
collection_file.take            w   .   .   Y   .   .   .   Y   .   .   .
collection.take_bank_entries    w   .   .   Y   .   .   .   Y   .   .   .
collection.cancel               w   .   .   Y   .   .   .   Y   .   .   .
collection.record_failure       w   .   .   Y   .   .   .   Y   .   .   .
collection.record_success       w   .   .   Y   .   .   .   Y   .   .   .
collection.retry_on             w   .   Y   Y   .   .   Y   Y   .   .   .
collection.resolve              w   .   Y   Y   .   .   Y   Y   .   .   .
remittance.take                 w   .   .   Y   .   .   .   Y   .   .   .
wallet.top_up                   w   .   .   Y   .   .   .   Y   .   .   .
wallet.give_back                w   .   .   Y   .   .   .   Y   .   .   .
wallet.expire_due               w   .   .   .   .   .   .   Y   .   .   .
fraud_flag.clear                w   .   .   .   .   .   Y   Y   .   .   .
fraud_flag.confirm              w   .   .   .   .   .   Y   Y   .   .   .
fraud_rule.set                  w   .   .   .   .   .   .   Y   .   .   .
payment_link.create             w   Y   Y   Y   Y   .   Y   Y   .   .   .
payment_link.revoke             w   Y   Y   Y   Y   .   Y   Y   .   .   .
payment_method.accept           w   .   .   .   .   .   .   Y   .   .   .
cheque.receive                  w   .   .   Y   .   .   .   Y   .   .   .
cheque.deposit                  w   .   .   Y   .   .   .   Y   .   .   .
cheque.return                   w   .   .   Y   .   .   .   Y   .   .   .
deposit_slip.clear              w   .   .   Y   .   .   .   Y   .   .   .
cash_session.open               w   .   .   Y   .   .   .   Y   .   .   .
cash_session.receive            w   .   .   Y   .   .   .   Y   .   .   .
cash_session.close              w   .   .   Y   .   .   .   Y   .   .   .
reconciliation.start            w   .   Y   Y   Y   .   Y   Y   .   .   .
reconciliation.add_paper        w   .   Y   Y   Y   .   Y   Y   .   .   .
reconciliation.confirm_columns  w   .   Y   Y   Y   .   Y   Y   .   .   .
reconciliation.remove_paper     w   .   Y   Y   Y   .   Y   Y   .   .   .
reconciliation.compare          w   .   Y   Y   Y   .   Y   Y   .   .   .
reconciliation.explain          w   .   Y   Y   Y   .   Y   Y   .   .   .
reconciliation.discard          w   .   Y   Y   Y   .   Y   Y   .   .   .
reconciliation.sign_off         w   .   .   .   .   .   Y   Y   .   .   .
hold.place                      w   .   Y   .   .   Y   Y   Y   .   .   .
hold.place_on_document          w   .   Y   .   .   Y   Y   Y   .   .   .
hold.release                    w   .   Y   .   .   Y   Y   Y   .   .   .
[ledger]
ledger.view                     r   .   .   Y   .   .   .   Y   Y   .   .
period.start_closing            w   .   .   .   .   .   .   Y   .   .   .
period.close                    w   .   .   .   .   .   .   Y   .   .   .
period.reopen                   2   .   .   .   .   .   .   Y   .   .   .
period.lock                     2   .   .   .   .   .   .   Y   .   .   .
revenue.recognize               w   .   .   .   .   .   .   Y   .   .   .
revenue.reverse_recognition     w   .   .   .   .   .   .   Y   .   .   .
journal_entry.post_manual       2   .   .   .   L   .   .   Y   .   .   .
journal_entry.reverse           2   .   .   .   .   .   .   Y   .   .   .
[reports]
report.view                     r   .   Y   Y   Y   Y   Y   Y   Y   Y   .
export.run                      w   .   Y   Y   Y   .   Y   Y   Y   .   Y
[setup]
setup.view                      r   .   .   .   Y   .   .   Y   Y   .   Y
ledger.open_books               w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.create             w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.update             w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.set_logo           w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.set_series         w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.set_convention     w   .   .   .   .   .   .   Y   .   .   Y
legal_entity.add_bank_account   w   .   .   .   .   .   .   Y   .   .   .
exchange_rate.set               w   .   .   .   .   .   .   Y   .   .   .
import.view                     r   .   .   .   Y   .   .   Y   Y   .   Y
file.store                      w   Y   Y   Y   Y   Y   Y   Y   .   .   Y
import_mapping.save             w   .   .   .   Y   .   .   Y   .   .   Y
import.run                      w   .   .   .   Y   .   .   Y   .   .   .
[access]
user.view                       r   .   .   .   .   .   Y   Y   Y   .   Y
audit.view                      r   .   .   .   .   .   Y   Y   Y   .   Y
user.create                     w   .   .   .   .   .   .   .   .   .   Y
user.create_first_administrator w   .   .   .   .   .   .   .   .   .   .
user.create_administrator       w   .   .   .   .   .   .   .   .   .   .
user.change                     w   .   .   .   .   .   .   .   .   .   Y
user.deactivate                 w   .   .   .   .   .   .   .   .   .   Y
user.reactivate                 w   .   .   .   .   .   .   .   .   .   Y
user.reset_password             w   .   .   .   .   .   .   .   .   .   Y
user.reset_second_factor        w   .   .   .   .   .   .   .   .   .   Y
role.grant                      w   .   .   .   .   .   .   .   .   .   Y
role.end                        w   .   .   .   .   .   .   .   .   .   Y
role.require_second_factor      w   .   .   .   .   .   .   .   .   .   Y
authority_limit.set             w   .   .   .   .   .   .   Y   .   .   .
authority_limit.end             w   .   .   .   .   .   .   Y   .   .   .
approval.view                   r   Y   Y   Y   Y   Y   Y   Y   Y   .   Y
approval.request                o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
approval.decide                 w   .   .   .   .   Y   Y   Y   .   .   Y
approval.withdraw               o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
approval.expire                 w   .   .   .   .   .   .   .   .   .   .
profile.change                  o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
password.change                 o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
session.end                     o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
second_factor.enroll            o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
second_factor.confirm           o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
second_factor.remove            o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
recovery_code.renew             o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
api_token.issue                 w   .   .   .   .   .   .   Y   .   .   Y
api_token.revoke                o   Y   Y   Y   Y   Y   Y   Y   Y   Y   Y
"""

# A verb on the left is refused to whoever did a verb on the right on the same subject, as the audit trail tells it.
SEPARATED: Final[dict[str, tuple[str, ...]]] = {
    "adjustment.approve": ("adjustment.propose",),
    "refund_order.approve": ("refund_order.request",),
    "bill_run.approve": ("bill_run.prepare",),
    "collection_run.approve": ("collection_run.prepare",),
    "reconciliation.sign_off": ("reconciliation.start",),
    "shadow_run.sign_off": ("shadow_run.begin",),
}

# Their arguments hold a secret, and a request for approval keeps its arguments.
NOT_BY_APPROVAL: Final[frozenset[str]] = frozenset(
    {
        "mandate.add",
        "stored_method.add_bank_account",
        "stored_method.add_token",
        "user.create",
        "user.create_administrator",
        "user.create_first_administrator",
        "user.reset_password",
        "api_token.issue",
        "gateway.set_up",
        "gateway.change",
    }
)

# What the machine itself does, without a person. Everything else needs one.
SYSTEM_VERBS: Final[dict[str, tuple[str, ...]]] = {
    "system:scheduler": (
        "approval.expire",
        "subscription.end_due",
        "subscription.enter_due",
        "subscription.renew_terms",
        "wallet.expire_due",
        "stored_method.expire_due",
        "stored_method.warn_of_expiry",
        "collection_run.settle",
        "reminder.send",
        "statement.send",
    ),
    # What conventions and contracts have paid back once a bill run has credited it.
    "system:bill-run": ("payment.refund",),
    # What somebody who may credit and rebill has billed for the one subscription that was wrong.
    "system:rebilling": (
        "bill_run.create",
        "bill_run.prepare",
        "bill_run.check",
        "bill_run.approve",
        "bill_run.issue",
    ),
    # Somebody pays on the page of a payment link: nobody is logged in there.
    "system:portal": ("gateway_payment.start",),
    # What a company has set as its fee for a cheque that was not paid.
    "system:counter": ("one_off.add",),
    # What a gateway answers when it is asked to send money back.
    "system:refunding": ("refund_order.confirm", "refund_order.fail", "payment.receive"),
    # What the company's gateways tell, once it is verified.
    "system:gateways": (
        "gateway_event.work",
        "gateway_payment.charge",
        "gateway_payment.enter",
        "gateway_payment.enter_told",
        "collection.collect_by_token",
        "collection.record_failure",
        "gateway.watch",
        "payout.record",
        "payout.reconcile",
        "payment.receive",
        "payment.return",
    ),
    # What follows from a debit that was paid, failed or came back, whoever brought the bank's answer.
    "system:collecting": ("payment.receive", "payment.return", "one_off.add"),
    # What the company's rule of matching, or its measured precision, lets post without a person.
    "system:matching": ("match.run",),
    # What the convention `bill_run_schedule` of a company lets happen by night.
    "system:bill-run-schedule": (
        "bill_run.create",
        "bill_run.prepare",
        "bill_run.check",
        "bill_run.approve",
        "bill_run.issue",
        "bill_run.discard",
    ),
}


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the matrix."""

    code: str
    kind: str
    section: str
    cells: dict[Role, str]

    @property
    def is_verb(self) -> bool:
        return self.kind != "r"

    @property
    def needs_second_person(self) -> bool:
        return self.kind == "2"

    def roles(self) -> tuple[Role, ...]:
        """The roles that hold the right at all, in the order of the columns."""
        return tuple(role for role, cell in self.cells.items() if cell in "YL")


def _parsed(table: str) -> dict[str, Right]:
    rights: dict[str, Right] = {}
    header, *lines = (line.split() for line in table.strip().splitlines())
    assert header == ["kind", *COLUMNS]
    section = ""
    for words in lines:
        if words[0].startswith("["):
            section = words[0].strip("[]")
            continue
        code, kind, *cells = words
        assert code not in rights, f"two rows of {code}"
        assert kind in "rw2o", f"{code}: unknown kind {kind}"
        assert set(cells) <= set("YL."), f"{code}: unknown cell"
        rights[code] = Right(code, kind, section, dict(zip(COLUMNS.values(), cells, strict=True)))
    return rights


MATRIX: Final[dict[str, Right]] = _parsed(_TABLE)


def scopes_allow(scopes: frozenset[str], code: str) -> bool:
    """Whether the scopes of an API token cover a right. `write` never covers `read` and the reverse."""
    right = MATRIX.get(code)
    if right is None:
        return False
    group = "read" if right.kind == "r" else "write"
    return bool(scopes & {code, group, f"{group}:{right.section}"})


def known_scopes() -> tuple[str, ...]:
    """Every scope that a token may carry: groups first, then single rights."""
    groups = {f"{'read' if right.kind == 'r' else 'write'}:{right.section}" for right in MATRIX.values()}
    return ("read", "write", *sorted(groups), *MATRIX)
