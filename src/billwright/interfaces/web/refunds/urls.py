"""The addresses of refund orders."""

from django.urls import path

from billwright.interfaces.web.refunds import acts, listing

urlpatterns = [
    path("refunds/", listing.orders, name="refunds"),
    path("refunds/file/", acts.send_by_file, name="refund-file"),
    path("refunds/<int:refund_order_id>/", listing.order, name="refund"),
    path("refunds/<int:refund_order_id>/approve/", acts.approve, name="refund-approve"),
    path("refunds/<int:refund_order_id>/cancel/", acts.cancel, name="refund-cancel"),
    path("refunds/<int:refund_order_id>/paid-out/", acts.send_by_hand, name="refund-paid-out"),
    path("refunds/<int:refund_order_id>/gateway/", acts.send_to_source, name="refund-to-source"),
    path("refunds/<int:refund_order_id>/confirm/", acts.confirm, name="refund-confirm"),
    path("refunds/<int:refund_order_id>/came-back/", acts.fail, name="refund-came-back"),
    path("cash/<int:cash_id>/refund-order/", acts.of_cash, name="refund-ask-cash"),
    path("credits/<int:open_item_id>/refund-order/", acts.of_credit, name="refund-ask-credit"),
]
