"""Who bought what: subscriptions, their immutable items, and the marks that say how far each item is billed.

It promises that an item is never changed but for its end, and that a mark moves only where it was read. It never
computes an amount.
"""
