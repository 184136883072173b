"""One module per command; heavy imports stay inside the functions so `--help` is instant."""
