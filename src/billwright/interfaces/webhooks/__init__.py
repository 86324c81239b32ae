"""The door of payment gateways: no session, no form token; a signature instead, and an answer at once."""
