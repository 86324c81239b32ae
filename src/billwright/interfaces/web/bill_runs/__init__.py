"""Bill runs: prepared, checked, approved by another person, issued."""
