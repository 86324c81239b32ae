"""Schedules and workers: each job reads the clock and calls one verb. Every job may start twice."""
