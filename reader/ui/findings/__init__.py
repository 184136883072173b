"""The inbox: findings as cards, in two groups, with the counts and the threshold."""
