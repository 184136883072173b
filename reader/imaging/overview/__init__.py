"""The whole volume at once: turned projections and surfaces for finding one's way."""
