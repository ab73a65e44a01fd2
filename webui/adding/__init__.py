"""Adding from the browser: a face on a case file, open to one person on this machine."""
