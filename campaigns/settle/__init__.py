"""Use cases of workers: settle, award, rebuild, recompute."""
