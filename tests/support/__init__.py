"""What tests share: leftovers, network guard, writers of synthetic files."""
