"""The addresses of the counter."""

from django.urls import path

from billwright.interfaces.web.counter import acts, pages

urlpatterns = [
    path("cheques/", pages.cheques, name="cheques"),
    path("cheques/new/", acts.receive_cheque, name="cheque-new"),
    path("cheques/deposit/", acts.deposit, name="cheque-deposit"),
    path("cheques/<int:cheque_id>/unpaid/", acts.unpaid, name="cheque-unpaid"),
    path("deposit-slips/<int:slip_id>/pdf/", pages.slip_pdf, name="deposit-slip"),
    path("deposit-slips/<int:slip_id>/clear/", acts.clear, name="deposit-slip-clear"),
    path("cash-desks/", pages.cash_desks, name="cash-desks"),
    path("cash-desks/open/", acts.open_desk, name="cash-desk-open"),
    path("cash-desks/<int:session_id>/take/", acts.take_cash, name="cash-desk-take"),
    path("cash-desks/<int:session_id>/close/", acts.close_desk, name="cash-desk-close"),
    path("setup/methods/", pages.methods, name="payment-methods"),
    path("setup/methods/<str:code>/", acts.accept, name="payment-method"),
]
