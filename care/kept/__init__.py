"""What is kept of a step: one module per kind of record, each a pure function from what is told to entries."""
