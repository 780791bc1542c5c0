"""The sample's people, and what a person may know of."""

import pytest

from access import (
    CaseAudience,
    Person,
    actor_of,
    leave_case,
    people_of_case,
    sample_people,
    scope_of,
)
from engine import Actor, Case, CaseId, Scope

ROLES = {
    "case_manager", "clinician", "supervisor", "designer", "administrator", "quality", "privacy", "intake", "external",
    "auditor",
}  # fmt: skip
GROUPS = {
    "intake", "case_manager", "case_manager_jr", "supervisor", "nurse", "pharmacist", "social_worker",
    "client", "physician_advisor", "payor_reviewer", "provider", "quality", "compliance", "on_call", "designer", "admin",
}  # fmt: skip


def person(roles, unit="north"):
    return Person("p", "P", frozenset(roles.split()), frozenset({"g"}), unit)


def test_there_is_a_sample_person_for_every_role_and_group():
    people = sample_people()

    assert {role for one in people for role in one.roles} == ROLES
    assert {group for one in people for group in one.groups} == GROUPS
    assert len({one.id for one in people}) == len({one.name for one in people}) == len(people)


def test_case_managers_take_what_junior_ones_may():
    assert all("case_manager_jr" in one.groups for one in sample_people() if "case_manager" in one.groups)


def test_there_is_a_junior_case_manager_who_may_not_assess():
    juniors = [one for one in sample_people() if one.groups == {"case_manager_jr"}]

    assert juniors
    assert not any(one.may_assess for one in juniors)


def test_the_actor_of_a_person_has_the_persons_rights():
    nora = sample_people()[0]

    assert actor_of(nora) == Actor(nora.id, nora.roles, nora.groups, nora.unit, nora.may_assess)


@pytest.mark.parametrize(
    ("roles", "scope"),
    [
        ("case_manager", Scope("p", frozenset({"g"}))),
        ("clinician", Scope("p", frozenset({"g"}))),
        ("external", Scope("p", frozenset({"g"}))),
        ("supervisor", Scope("p", frozenset({"g"}), frozenset({"north"}))),
        ("designer", Scope("p", frozenset({"g"}), everything=True)),
        ("administrator", Scope("p", frozenset({"g"}), everything=True)),
        ("auditor", Scope("p")),
        ("auditor case_manager", Scope("p", frozenset({"g"}))),
        ("", Scope("p")),
    ],
)
def test_a_scope_is_the_widest_of_the_roles(roles, scope):
    assert scope_of(person(roles)) == scope


def test_a_supervisor_without_a_unit_sees_no_unit():
    assert scope_of(person("supervisor", None)).units == frozenset()


def test_who_joined_a_case_belongs_to_it_until_leaving(database):
    case = Case(10, CaseId("00a" + "c" * 32), "p", "r", 1, b"", b"", {}, "s", None)
    audience = CaseAudience()

    def join(tx):
        audience.joined(tx, case, "nora", "team")
        audience.joined(tx, case, "nora", "team")
        audience.joined(tx, case, "omar", "team")
        audience.joined(tx, case, "nora", "manager")

    database.write(join)
    database.write(join)
    database.write(lambda tx: leave_case(tx, case.shard, case.id, "omar", "team"))

    found = database.read(lambda tx: people_of_case(tx, case.shard, case.id))
    assert found == (("nora", "manager"), ("nora", "team"))
