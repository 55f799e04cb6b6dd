"""RQ: when, not what."""
