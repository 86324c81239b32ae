"""The addresses of discounts, coupons and commitments."""

from django.urls import path

from billwright.interfaces.web.offers import commitments, coupons, discounts, ramps

urlpatterns = [
    path("discounts/", discounts.discounts, name="discounts"),
    path("discounts/new/", discounts.discount_new, name="discount-new"),
    path("discounts/<int:discount_id>/", discounts.discount, name="discount"),
    path("discounts/<int:discount_id>/end/", discounts.discount_end, name="discount-end"),
    path("coupons/", coupons.coupons, name="coupons"),
    path("coupons/new/", coupons.coupon_new, name="coupon-new"),
    path("coupons/<int:coupon_id>/", coupons.coupon, name="coupon"),
    path("coupons/<int:coupon_id>/close/", coupons.coupon_close, name="coupon-close"),
    path("subscriptions/<int:subscription_id>/redeem/", coupons.redeem_on_subscription, name="subscription-redeem"),
    path("subscriptions/<int:subscription_id>/prices/", ramps.agree, name="subscription-prices"),
    path("accounts/<int:account_id>/redeem/", coupons.redeem_on_account, name="account-redeem"),
    path("commitments/", commitments.spend_limits, name="commitments"),
    path("commitments/new/", commitments.spend_limit_new, name="commitment-new"),
    path("commitments/<int:spend_limit_id>/", commitments.spend_limit, name="commitment"),
    path("commitments/<int:spend_limit_id>/end/", commitments.spend_limit_end, name="commitment-end"),
]
