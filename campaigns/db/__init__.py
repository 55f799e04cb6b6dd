"""SQL remembers: models, definitions and the append-only records."""
