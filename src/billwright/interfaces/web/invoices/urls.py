"""The addresses of invoices, credit notes and debit notes."""

from django.urls import path

from billwright.interfaces.web.invoices import acts, corrections, explaining, listing, page, rebilling, writing

urlpatterns = [
    path("", listing.invoices, name="invoices"),
    path("new/", writing.new, name="invoice-new"),
    path("<int:invoice_id>/", page.invoice, name="invoice"),
    path("<int:invoice_id>/explanation/", explaining.explanation, name="invoice-explanation"),
    path("<int:invoice_id>/comparison/", explaining.comparison, name="invoice-comparison"),
    path("<int:invoice_id>/pdf/", acts.pdf, name="invoice-pdf"),
    path("<int:invoice_id>/change/", writing.change, name="invoice-change"),
    path("<int:invoice_id>/issue/", acts.issue, name="invoice-issue"),
    path("<int:invoice_id>/discard/", acts.discard, name="invoice-discard"),
    path("<int:invoice_id>/send/", acts.send, name="invoice-send"),
    path("<int:invoice_id>/credit/", corrections.credit, name="invoice-credit"),
    path("<int:invoice_id>/rebill/", rebilling.rebill, name="invoice-rebill"),
    path("<int:invoice_id>/rebillings/<int:rebilling_id>/undo/", rebilling.undo, name="invoice-undo-rebill"),
    path("<int:invoice_id>/debit/", corrections.debit, name="invoice-debit"),
    path("<int:invoice_id>/hold/", acts.hold, name="invoice-hold"),
    path("<int:invoice_id>/hold/<int:hold_id>/release/", acts.release, name="invoice-release"),
]
