"""Many studies overnight: a worklist, a ledger that survives everything, workers anywhere."""
