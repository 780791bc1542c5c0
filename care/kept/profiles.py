"""What surrounds a client: support system, care team, cover and benefits, language. Each answer takes the earlier one's place. Pure."""

from collections.abc import Iterator

from care.entry import Entry, Told, flag, rows, said

TABLE = "profiles"
SUPPORT, TEAM, COVER, LANGUAGE = "support", "team", "cover", "language"
KINDS = (SUPPORT, TEAM, COVER, LANGUAGE)
_COVER = (
    "payor",
    "plan",
    "member_id",
    "valid_from",
    "valid_to",
    "benefit_active",
    "benefit_transport",
    "benefit_limits",
    "other_cover",
    "insurance_state",
)
_CAREGIVER = (
    "caregiver",
    "hours_week",
    "tasks",
    "strain",
    "health",
    "training_wanted",
    "respite_wanted",
    "able",
    "support_plan",
)


def take(told: Told) -> Iterator[Entry]:
    """The parts of the client's surroundings that the form of the step tells of."""
    match told.form:
        case "referral":
            yield from _cover(told)
            yield from _language(told)
        case "screening":
            yield from _cover(told)
        case "core_assessment":
            yield from _people(told)
            yield from _cover(told)
        case "caregiver_assessment":
            yield Entry(TABLE, {"kind": SUPPORT}, {"caregiver": said(told.values, *_CAREGIVER)}, formed=True)


def _people(told: Told) -> Iterator[Entry]:
    persons, providers = rows(told.values.get("support_persons")), rows(told.values.get("providers"))
    about = said(told.values, "support", "isolation")
    yield Entry(TABLE, {"kind": SUPPORT, "persons": len(persons)}, {**about, "persons": persons}, formed=True)
    yield Entry(TABLE, {"kind": TEAM, "persons": len(providers)}, {"providers": providers}, formed=True)


def _cover(told: Told) -> Iterator[Entry]:
    found = said(told.values, *_COVER)
    if found:
        yield Entry(TABLE, {"kind": COVER}, found, formed=True)


def _language(told: Told) -> Iterator[Entry]:
    found = said(told.values, "language", "best_time")
    needed = flag(told.values.get("interpreter"))
    if found or needed is not None:
        yield Entry(TABLE, {"kind": LANGUAGE, "interpreter": needed}, found, formed=True)
