"""What the reader decides and draws, on disk before it is acknowledged."""
