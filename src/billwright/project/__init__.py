"""The composition root: settings, addresses, command line and everything that runs.

It knows every other part of Billwright and is known by none. It holds no business rule: it reads the settings, joins
the commands and pages of the interfaces, registers connectors with the ports that domains declare, and starts and
watches the processes (``runtime``).
"""
