"""What others said about images: segmentations, structures, reports, marks."""
