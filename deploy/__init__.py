"""One machine, embedded: how Fanfare starts its own PostgreSQL, Redis and processes, and takes them down again."""
