"""The chart of a case: what is read of its records, made of rows in the order of what happened. Pure."""
