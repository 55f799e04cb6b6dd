"""Whole runs seen by recording clients. A package, so that its house stands until its last test and no longer."""
