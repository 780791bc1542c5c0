"""The people of the sample profile: at least one per role and per group of the care process."""

from access.model import Person

_NORTH, _SOUTH = "north", "south"


def _person(
    person_id: str, name: str, roles: str, groups: str, unit: str | None = _NORTH, *, may_assess: bool = False
) -> Person:
    return Person(person_id, name, frozenset(roles.split()), frozenset(groups.split()), unit, may_assess)


def sample_people() -> tuple[Person, ...]:
    """Invented people; case managers also take what junior case managers may, and two of them are on call."""
    senior = "case_manager case_manager_jr client"  # they write down what a client says by phone
    return (
        _person("nora-case-manager", "Nora Lindqvist", "case_manager", senior, may_assess=True),
        _person("omar-case-manager", "Omar Haddad", "case_manager", f"{senior} on_call", _SOUTH, may_assess=True),
        _person("jonas-junior", "Jonas Weber", "case_manager", "case_manager_jr"),
        _person("olivia-on-call", "Olivia Grant", "case_manager", f"{senior} on_call", may_assess=True),
        _person("sofia-supervisor", "Sofia Marchetti", "supervisor", "supervisor", may_assess=True),
        _person("samuel-supervisor", "Samuel Osei", "supervisor", "supervisor", _SOUTH, may_assess=True),
        _person("ines-intake", "Ines Duarte", "intake", "intake"),
        _person("nina-nurse", "Nina Petrova", "clinician", "nurse", may_assess=True),
        _person("pavel-pharmacist", "Pavel Novak", "clinician", "pharmacist"),
        _person("sara-social-worker", "Sara Lopez", "clinician", "social_worker", may_assess=True),
        _person("peter-physician-advisor", "Peter Adeyemi", "clinician", "physician_advisor", may_assess=True),
        _person("rita-payor-reviewer", "Rita Kowalski", "external", "payor_reviewer", None),
        _person("paula-provider", "Paula Richter", "external", "provider", None),
        _person("quentin-quality", "Quentin Moreau", "quality", "quality", None),
        _person("priya-privacy", "Priya Raman", "privacy", "compliance", None),
        _person("dora-designer", "Dora Engel", "designer", "designer", None),
        _person("adam-administrator", "Adam Fischer", "administrator", "admin", None),
        _person("anna-auditor", "Anna Virtanen", "auditor", "", None),
    )
