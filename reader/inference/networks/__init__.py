"""Networks by name that weights of others may be put into: a closed list, nothing imported."""
