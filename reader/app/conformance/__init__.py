"""Compares what Reading Room makes of files with what other people's programs make of them."""
