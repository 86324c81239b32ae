"""The addresses of payments."""

from django.urls import path

from billwright.interfaces.web.payments import listing, page, papers, recording

urlpatterns = [
    path("payments/", listing.payment_list, name="payments"),
    path("payments/new/", recording.payment_record, name="payment-record"),
    path("payments/<int:payment_id>/", page.payment, name="payment"),
    path("payments/<int:payment_id>/receipt.pdf", papers.receipt_pdf, name="payment-receipt"),
    path("payments/<int:payment_id>/receipt/send/", papers.receipt_send, name="payment-receipt-send"),
    path("payments/<int:payment_id>/return/", page.payment_return, name="payment-return"),
    path("payments/<int:payment_id>/undo/", recording.payment_undo, name="payment-undo"),
    path("accounts/<int:account_id>/slip.pdf", papers.slip_pdf, name="account-slip"),
    path("accounts/<int:account_id>/payments/new/", recording.payment_new, name="payment-new"),
    path("accounts/<int:account_id>/payments/preview/", recording.payment_preview, name="payment-preview"),
]
