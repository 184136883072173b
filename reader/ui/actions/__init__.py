"""Commands as data: one id, one spec. Menus, rail, bars, keys, help and tests derive from it."""
