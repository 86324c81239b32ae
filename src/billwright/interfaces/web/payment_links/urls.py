"""The addresses of payment links."""

from django.urls import path

from billwright.interfaces.web.payment_links import views

urlpatterns = [
    path("payment-links/", views.listing, name="payment-links"),
    path("payment-links/<int:payment_link_id>/", views.link, name="payment-link"),
    path("payment-links/<int:payment_link_id>/revoke/", views.revoke, name="payment-link-revoke"),
    path("accounts/<int:account_id>/payment-link/", views.create, name="payment-link-new"),
]
