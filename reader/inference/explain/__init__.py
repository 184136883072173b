"""What a network's answer hung on, and whether such a map can be believed at all."""
