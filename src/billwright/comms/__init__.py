"""Messages to the outside: templates by language, outgoing messages and what became of each.

It promises that a message is sent once or shown as unknown, never quietly twice. It knows addresses, not customers.
"""
