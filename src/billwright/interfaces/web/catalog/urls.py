"""The addresses of the catalog."""

from django.urls import path

from billwright.interfaces.web.catalog import new_plan, plans, prices, products, rules, taxes

urlpatterns = [
    path("", plans.catalog, name="catalog"),
    path("plans/new/", new_plan.plan_new, name="plan-new"),
    path("plans/<int:plan_id>/", plans.plan, name="plan"),
    path("plans/<int:plan_id>/retire/", plans.plan_retire, name="plan-retire"),
    path("plans/<int:plan_id>/charges/<int:charge_id>/price/", prices.price_new, name="plan-price"),
    path("plans/<int:plan_id>/charges/<int:charge_id>/calculator/", prices.price_calculator, name="plan-calculator"),
    path("products/", products.products, name="catalog-products"),
    path("products/new/", products.product_new, name="catalog-product-new"),
    path("rules/", rules.rules, name="catalog-rules"),
    path("rules/renewals/new/", rules.renewal_rule_new, name="renewal-rule-new"),
    path("rules/changes/new/", rules.change_rule_new, name="change-rule-new"),
    path("taxes/", taxes.taxes, name="catalog-taxes"),
    path("taxes/codes/new/", taxes.tax_code_new, name="catalog-tax-code-new"),
    path("taxes/rules/new/", taxes.tax_rule_new, name="catalog-tax-rule-new"),
]
