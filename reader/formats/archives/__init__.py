"""Files inside files: ZIP, gzip, DICOMDIR."""
