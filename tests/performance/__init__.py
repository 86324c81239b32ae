"""Benchmarks with recorded baselines: python -m tests.performance NAME prints one line of JSON a case."""
