"""Benchmarks: each measures beside a limit or a peer in the same run, and reports ratios.

Milliseconds depend on the machine and on what else it does; ratios of one run do less.
"""
