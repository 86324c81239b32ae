"""What is sold: products, plans with their charges, effective-dated prices, and taxes as dated data.

It promises that a price is never changed, only followed by another from a later day, and that a tax rate has a day
from which it holds. It never knows who bought something.
"""
