"""The addresses of allocation, moves and refunds."""

from django.urls import path

from billwright.interfaces.web.receivables import allocation, converting, moving

urlpatterns = [
    path("accounts/<int:account_id>/allocate/", allocation.allocate, name="payment-allocate"),
    path("accounts/<int:account_id>/allocate/preview/", allocation.allocation_preview, name="allocation-preview"),
    path("accounts/<int:account_id>/allocations/undo/", allocation.allocations_undo, name="allocations-undo"),
    path(
        "payments/<int:payment_id>/allocations/<int:allocation_id>/undo/",
        allocation.unallocate,
        name="payment-unallocate",
    ),
    path("cash/<int:cash_id>/move/", moving.move, name="cash-move"),
    path("cash/<int:cash_id>/convert/", converting.convert, name="cash-convert"),
    path("cash/<int:cash_id>/convert-back/", converting.convert_back, name="cash-convert-back"),
    path("cash/<int:cash_id>/refund/", moving.refund_cash, name="cash-refund"),
    path("credits/<int:open_item_id>/refund/", moving.refund_credit, name="credit-refund"),
]
