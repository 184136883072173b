"""The models of this machine: the page where they are managed, and their cards."""
