"""What access refuses: one tree, stable codes, no client data in messages."""


class AccessError(Exception):
    """Access was refused."""

    code = "access-error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])


class PersonUnknown(AccessError):
    """Expected a person who may sign in, but there is none with this id."""

    code = "person-unknown"
