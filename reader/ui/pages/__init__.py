"""Pages that lie over the window for a moment: series, commands, keys, settings, about."""
