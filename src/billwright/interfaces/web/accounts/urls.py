"""The addresses of accounts and customers."""

from django.urls import path

from billwright.interfaces.web.accounts import customers, documents, edits, holds, listing, page, people

urlpatterns = [
    path("accounts/", listing.account_list, name="accounts"),
    path("accounts/<int:account_id>/", page.account, name="account"),
    path("accounts/<int:account_id>/history/", page.history, name="account-history"),
    path("accounts/<int:account_id>/change/", edits.account_change, name="account-change"),
    path("accounts/<int:account_id>/cycle-day/", edits.cycle_day_change, name="account-cycle-day"),
    path("accounts/<int:account_id>/close/", edits.account_close, name="account-close"),
    path("accounts/<int:account_id>/reopen/", edits.account_reopen, name="account-reopen"),
    path("accounts/<int:account_id>/note/", edits.note_new, name="account-note"),
    path("accounts/<int:account_id>/status/", edits.status_note_new, name="account-status"),
    path("accounts/<int:account_id>/contacts/new/", people.contact_new, name="contact-new"),
    path("accounts/<int:account_id>/contacts/<int:contact_id>/", people.contact_change, name="contact-change"),
    path("accounts/<int:account_id>/address/", people.address_new, name="address-new"),
    path("accounts/<int:account_id>/references/", people.references_change, name="references-change"),
    path("accounts/<int:account_id>/documents/", documents.documents_change, name="account-documents"),
    path("accounts/<int:account_id>/parent/", edits.parent_set, name="parent-set"),
    path("accounts/<int:account_id>/parent/end/", edits.parent_end, name="parent-end"),
    path("accounts/<int:account_id>/reveal/<str:kind>/", people.reveal, name="account-reveal"),
    path("accounts/<int:account_id>/holds/new/", holds.hold_new, name="hold-new"),
    path("accounts/<int:account_id>/holds/<int:hold_id>/release/", holds.hold_release, name="hold-release"),
    path("customers/new/", edits.customer_new, name="customer-new"),
    path("customers/<int:customer_id>/", customers.customer, name="customer"),
    path("customers/<int:customer_id>/change/", edits.customer_change, name="customer-change"),
    path("customers/<int:customer_id>/accounts/new/", edits.account_new, name="account-new"),
    path("customers/<int:customer_id>/duplicates/", customers.duplicates, name="customer-duplicates"),
    path("customers/<int:customer_id>/merge/<int:merged_id>/", customers.merge, name="customer-merge"),
    path("customers/<int:customer_id>/undo-merge/", customers.undo_merge, name="customer-undo-merge"),
]
