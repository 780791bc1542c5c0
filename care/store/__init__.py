"""Care's rows: the register, stays, the ADT inbox, candidates, contacts. Seals what identifies a client."""
