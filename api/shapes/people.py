"""People and sessions."""

from api.shapes.field import Shape, choice, flag, instant, many, maybe_text, next_cursor, one, text, texts


class Named(Shape):
    """A person, or a program such as the clock."""

    id = text("Id")
    name = text("Name to show")


class Person(Shape):
    """Somebody who may sign in."""

    id = text("Id")
    name = text("Name to show")
    roles = texts("Roles: they give rights")
    groups = texts("Groups: they say whose tasks one may claim")
    unit = maybe_text("Unit of the organisation")
    may_assess = flag("Whether the person may complete clinical assessments")


class PersonList(Shape):
    """The people of the sample."""

    items = many(Person, "People by name")
    next_cursor = next_cursor()


class SignIn(Shape):
    """Signing in."""

    person = text("Id of a sample person", required=True)


class Session(Shape):
    """Who is signed in."""

    person = one(Person, "Who")
    csrf_token = text("To be sent as X-CSRF-Token with every change")
    expires_at = instant("When the session ends at the latest")
    profile = choice("The program's profile", "sample", "production")
