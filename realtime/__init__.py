"""Socket.IO: wires only."""
