"""Studies come in: opened, found, watched, brought back; what others made of them."""
