"""The addresses of prepaid money."""

from django.urls import path

from billwright.interfaces.web.wallets import views

urlpatterns = [
    path("accounts/<int:account_id>/wallet/top-up/", views.top_up, name="wallet-top-up"),
    path("accounts/<int:account_id>/wallet/<int:wallet_lot_id>/give-back/", views.give_back, name="wallet-give-back"),
]
