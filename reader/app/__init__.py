"""The composition root and the command line: builds everything, holds nothing."""
