"""A series in colour over another: what is said of it, its colours, its controls."""
