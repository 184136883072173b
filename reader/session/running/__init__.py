"""Models: whether they may run, their jobs, and the one door for their results."""
