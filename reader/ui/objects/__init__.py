"""What others made of the study: the list of objects, and a report as text."""
