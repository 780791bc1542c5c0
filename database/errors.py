"""What can go wrong below the houses: one tree, stable codes. No message carries a stored value or a parameter."""


class DatabaseError(Exception):
    """The database did not do what was asked."""

    code = "database-error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])


class Conflict(DatabaseError):
    """Expected a row as it was read, but another writer changed it meanwhile."""

    code = "conflict"


class Busy(DatabaseError):
    """Expected a place in the queue of writers, but it is full; nothing was written."""

    code = "database-busy"


class Locked(Busy):
    """Expected a row to be free, but another holds it for too long; nothing was written."""

    code = "database-locked"


class DatabaseFull(DatabaseError):
    """Expected room for the write, but the disk is full; nothing was written."""

    code = "database-full"


class DatabaseUnavailable(DatabaseError):
    """Expected the database to answer, but it cannot be reached."""

    code = "database-unavailable"


class DatabaseMissing(DatabaseError):
    """Expected a database, but there is none at this address."""

    code = "database-missing"


class DatabaseClosed(DatabaseError):
    """Expected an open database, but it has been closed."""

    code = "database-closed"


class UnknownDatabase(DatabaseError):
    """Expected a database address of the form sqlite:///path or postgresql://host/name."""

    code = "unknown-database"


class AlreadyServed(DatabaseError):
    """Expected to serve the database alone, but another process serves it already."""

    code = "already-served"


class WrongRevision(DatabaseError):
    """Expected the tables of this release, but the database has those of another."""

    code = "wrong-revision"

    def __init__(self, found: str | None, expected: str | None) -> None:
        super().__init__(
            f"Expected the database at revision '{expected}', but it is at '{found}': run `ninefold db upgrade`"
        )
        self.found, self.expected = found, expected


class ConstraintBroken(DatabaseError):
    """Expected a row that keeps the rules of its table, but it breaks one."""

    code = "constraint-broken"


class NestedWrite(DatabaseError):
    """Expected work to use the tx it was given, but it opened another."""

    code = "nested-write"


class WriteInRead(DatabaseError):
    """Expected `read` to only read, but its work tried to write."""

    code = "write-in-read"


class SealBroken(DatabaseError):
    """Expected a sealed value, but it is damaged, moved, or sealed with a key that is not here."""

    code = "seal-broken"


class KeysUnsafe(DatabaseError):
    """Expected a key file that only its owner can read, but others can."""

    code = "keys-unsafe"


class KeysUnreadable(DatabaseError):
    """Expected a key file written by Ninefold, but it cannot be read as one."""

    code = "keys-unreadable"
