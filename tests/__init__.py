"""Tests, one folder per floor; `support` holds what they share."""
