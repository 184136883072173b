"""What the reader decided, written as standard files and read back."""
