"""The servers that `bench.wire` compares, each a process of its own that does what a line on its standard input says."""
