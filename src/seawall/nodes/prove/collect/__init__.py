"""The part of a proof that touches the world: programs, the private server, its clients, the clock."""
