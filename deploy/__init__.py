"""One machine, embedded: how Fanfare starts its own PostgreSQL, Redis and processes, and how it takes them down again."""
