"""Discounts, coupons and commitments."""
