"""The demo book: a plainly invented group, made by the real operations and runs under a moving clock.

Four companies, 2,000 accounts, 14 months of bills, and payers who pay early, on time, late, short, twice or never. The
same seed and the same last day make the same book. Every name in it is invented.
"""

from billwright.workflow.demo.story import DemoReport, load_demo

__all__ = ["DemoReport", "load_demo"]
