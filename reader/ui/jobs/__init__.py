"""What runs in the background: how far it is, what became of it."""
