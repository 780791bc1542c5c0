"""The layout tool of the shipped diagrams and its tables: explicit positions, never guessed ones."""
