"""Benchmarks, side by side: `python -m bench [name …]`. They print a table each and assert nothing about time."""
