"""Load and capacity: programs that drive the running server from outside, each a process of its own."""
