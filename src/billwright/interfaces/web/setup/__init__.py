"""The set-up of a company, step by step: each step is a page of its own, reachable at any time and in any order."""
