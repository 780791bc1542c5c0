"""What a referral knows of a client before anybody types: the first facts of a case."""

from collections.abc import Mapping
from datetime import datetime

from care.model import Client

_SEXES = {"F": "female", "M": "male", "O": "other", "U": "unknown"}


def first_facts(client: Client, at: datetime) -> Mapping[str, object]:
    """Case facts under the names of the referral form (care-process.md, section 8); what is unknown is left out."""
    person = client.demographics
    found: dict[str, object] = {
        "family_name": person.family,
        "given_name": person.given,
        "birth_date": person.birth_date,
        "sex": _SEXES.get(person.sex, ""),
        "mrn": client.mrn,
        "phone": person.phone,
        "address": ", ".join(part for part in (person.street, person.city, person.state, person.postal) if part),
        "language": person.language,
        "received_at": at,
    }
    return {name: value for name, value in found.items() if value}
