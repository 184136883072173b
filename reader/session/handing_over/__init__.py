"""What was decided leaves as files."""
