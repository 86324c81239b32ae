"""The addresses of subscriptions."""

from django.urls import path

from billwright.interfaces.web.subscriptions import acts, listing, page

urlpatterns = [
    path("", listing.subscriptions, name="subscriptions"),
    path("new/", listing.new, name="subscription-new"),
    path("<int:subscription_id>/", page.subscription, name="subscription"),
    path("<int:subscription_id>/activate/", acts.activate, name="subscription-activate"),
    path("<int:subscription_id>/cancel/", acts.cancel, name="subscription-cancel"),
    path("<int:subscription_id>/keep/", acts.keep, name="subscription-keep"),
    path("<int:subscription_id>/quantity/", acts.change_quantity, name="subscription-quantity"),
    path("<int:subscription_id>/hold/", acts.hold, name="subscription-hold"),
    path("<int:subscription_id>/hold/<int:hold_id>/release/", acts.release, name="subscription-release"),
    path("<int:subscription_id>/adjust/", acts.adjust, name="subscription-adjust"),
    path("<int:subscription_id>/charges/<int:charge_id>/approve/", acts.approve, name="subscription-charge-approve"),
    path("<int:subscription_id>/charges/<int:charge_id>/discard/", acts.discard, name="subscription-charge-discard"),
]
