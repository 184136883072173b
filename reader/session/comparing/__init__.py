"""The open study beside another: which, how they are tied, what moves together."""
