"""Care's reads over many rows: search, facts of a client, the report's outreach numbers, lists. Bounded, plain SELECT."""
