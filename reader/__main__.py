"""`python -m reader`."""

from reader.app.cli import main

main()
