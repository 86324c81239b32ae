"""The addresses of contracts."""

from django.urls import path

from billwright.interfaces.web.contracts import beside, listing, page

urlpatterns = [
    path("contracts/", listing.contracts, name="contracts"),
    path("contracts/clauses/", listing.clauses, name="contract-clauses"),
    path("contracts/new/", listing.contract_new, name="contract-new"),
    path("contracts/<int:contract_id>/", page.contract, name="contract"),
    path("contracts/<int:contract_id>/amend/", page.contract_amend, name="contract-amend"),
    path("contracts/<int:contract_id>/bind/", page.contract_bind, name="contract-bind"),
    path("invoices/<int:invoice_id>/contract/", beside.invoice_contract, name="invoice-contract"),
]
