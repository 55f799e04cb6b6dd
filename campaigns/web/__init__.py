"""HTTP edges: parse, call one use case, translate the outcome."""
