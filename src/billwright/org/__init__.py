"""Who we are: legal entities, their bank accounts, currencies and rates, calendars, document series, conventions.

It promises that every document number comes from exactly one series of one entity, and that rates and conventions
are dated rows. It never knows a customer.
"""
