"""Scenario files: business tests as code, and the common tongue of our own tests.

A small world in YAML is built by the real operations in a scratch database with its own clock, its timeline is acted
out, and the documents it leads to are compared with what the file expects. The format is described in
docs/concepts/scenario.md. Nothing in it is simulated.
"""
