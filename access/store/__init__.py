"""Tables of access and the statements on them. Takes a tx, never commits."""
