"""What survives a restart: the database, the ledger, strokes, settings.

The only home of sqlite3. Knows core values and bytes on disk, nothing else.
"""
