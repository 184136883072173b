"""`python -m reader`."""

from reader.app.start import main

main()
