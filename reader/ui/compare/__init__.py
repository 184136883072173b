"""Reading a study beside another."""
