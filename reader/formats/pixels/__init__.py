"""Stored pixels become values: codecs in processes of their own, colour, whole volumes."""
