"""Pure rules: the standard library only; time, randomness and ids come in as arguments."""
