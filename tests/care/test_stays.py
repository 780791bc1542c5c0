"""The stay machine: every rule of care-process.md, section 12, and order does not matter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.model import CareSettings
from care.reactions import (
    Admitted,
    BecameOutpatient,
    Cancelled,
    Discharged,
    EmergencyArrived,
    EmergencyLeft,
    react,
)
from care.stays import Outreach, Stay, fold
from tests.care.messages import DAY, HOUR, local, notice

SETTINGS = CareSettings()
T = local(2025, 6, 10, 14)
IN = {"admitted": T - 3 * DAY}


def stay_of(*notices, start=None):
    """The stay after notices in the order given."""
    stay = start or Stay("s", "c", "E1")
    for item in notices:
        stay = fold(stay, item)
    return stay


def a01(at=T - 3 * DAY, **more):
    return notice("A01", at, admitted=T - 3 * DAY, **more)


def a03(at=T, **more):
    return notice("A03", at, **{"admitted": T - 3 * DAY, "discharged": T, "disposition": "01", **more})


def effects(stay, item, *, others=(), now=None, told=None):
    """What one more notice does to a stay; `told` is the discharge time that the case knows."""
    if told is not None:
        stay = replace(stay, outreach=Outreach(told_for=told, deadline=told + 2 * DAY), case_id="k")
    before = stay if stay.registers else None
    return react(item.event, before, fold(stay, item), others, now or item.stamp.event_at, SETTINGS)


def kinds(found):
    return [type(effect) for effect in found]


# --- the state


@pytest.mark.parametrize(
    ("notices", "state", "patient_class"),
    [
        ([a01()], "open", "I"),
        ([a01(), a03()], "discharged", "I"),
        ([a03()], "discharged", "I"),
        ([a01(), notice("A11", T)], "void", "I"),
        ([a01(), a03(), notice("A13", T + HOUR)], "open", "I"),
        ([a01(), a03(), notice("A13", T + HOUR), a03(T + DAY, discharged=T + DAY)], "discharged", "I"),
        ([notice("A04", T, patient_class="E")], "open", "E"),
        ([notice("A04", T, patient_class="E"), notice("A06", T + HOUR, patient_class="E")], "open", "I"),
        ([a01(), notice("A07", T, patient_class="O")], "open", "O"),
        ([a01(), notice("A07", T)], "open", "O"),
        ([notice("A04", T, patient_class="")], "open", "O"),
        ([notice("A01", T, patient_class="")], "open", "I"),
        ([notice("A08", T)], "expected", "I"),
        ([notice("A02", T)], "open", "I"),
        ([notice("A11", T), a01()], "void", "I"),
        ([notice("A11", T - 4 * DAY), a01()], "open", "I"),
    ],
)
def test_the_state_follows_from_what_was_said(notices, state, patient_class):
    stay = stay_of(*notices)

    assert (stay.state, stay.patient_class) == (state, patient_class)


def test_a_late_admission_fills_gaps_and_never_reopens():
    stay = stay_of(a03(admitted=None), a01(kind="E", reason="123"))

    assert stay.state == "discharged"
    assert stay.admitted_at == T - 3 * DAY
    assert stay.urgent is True
    assert stay.said("reason_code") == "123"


def test_without_pv1_44_the_arrival_is_the_admission():
    assert stay_of(notice("A01", T)).admitted_at == T


def test_without_pv1_45_the_event_is_the_discharge():
    assert stay_of(a03(discharged=None)).discharged_at == T


def test_an_older_update_fills_empty_fields_only():
    newer = notice("A08", T + 2 * HOUR, reason="new")
    older = notice("A08", T + HOUR, reason="old", kind="E")

    stay = stay_of(a01(), newer, older)

    assert stay.said("reason_code") == "new"
    assert stay.said("admission_type") == "E"


def test_an_update_corrects_the_discharge_time_only_after_it():
    corrected = stay_of(a03(), notice("A08", T + HOUR, discharged=T - HOUR))
    stale = stay_of(a03(), notice("A08", T - HOUR, discharged=T - HOUR))
    undischarged = stay_of(a01(), notice("A08", T, discharged=T))

    assert corrected.discharged_at == T - HOUR
    assert stale.discharged_at == T
    assert undischarged.state == "open"


def test_a_notice_without_a_visit_says_nothing_of_a_stay():
    admitted = stay_of(a01())

    assert fold(admitted, notice("A08", T, encounter="")) is admitted


def test_a_transfer_changes_the_place():
    moved = notice("A02", T - DAY)
    moved = replace(moved, visit=replace(moved.visit, place="4 West"))

    assert stay_of(a01(), moved).said("place") == "4 West"


def test_the_length_of_stay_counts_calendar_days_of_the_organisation():
    stay = stay_of(a03(admitted=local(2025, 6, 9, 23, 30), discharged=local(2025, 6, 10, 0, 10)))

    assert stay.los_days(SETTINGS) == 1
    assert stay_of(a01()).los_days(SETTINGS) is None
    assert stay_of(a03(admitted=T + 2 * DAY)).los_days(SETTINGS) == 0


@pytest.mark.parametrize(
    ("kind", "reason", "acute", "urgent"),
    [
        ("E", "6525002", True, True),
        ("C", "", False, False),
        ("", "6525002", False, None),
        ("", "233604007", True, None),
    ],
)
def test_acute_comes_from_the_admission_type_else_from_the_reason(kind, reason, acute, urgent):
    stay = stay_of(a01(kind=kind, reason=reason))

    assert (stay.is_acute(SETTINGS), stay.urgent) == (acute, urgent)


def test_the_disposition_names_the_destination():
    assert stay_of(a03(disposition="03")).destination == "snf"
    assert stay_of(a03(disposition="99")).destination is None
    assert stay_of(a01(disposition="03")).destination is None


EVERY_KIND = [
    a01(kind="E", control_id="1"),
    a03(control_id="2"),
    notice("A13", T + HOUR, control_id="3"),
    a03(T + DAY, discharged=T + DAY, control_id="4"),
    notice("A08", T + DAY + HOUR, discharged=T + 20 * HOUR, reason="9", control_id="5"),
    notice("A08", T - DAY, reason="8", kind="C", control_id="6"),
    notice("A11", T - 5 * DAY, control_id="7"),
    notice("A02", T - 2 * DAY, control_id="8"),
    notice("A06", T - 2 * DAY, control_id="9"),
    notice("A07", T - 2 * DAY, control_id="10"),
    a03(T, discharged=T - HOUR, control_id="11"),
]


@given(st.permutations(EVERY_KIND), st.integers(1, len(EVERY_KIND)))
@settings(max_examples=150, deadline=None)
def test_any_order_and_any_repetition_of_the_same_messages_gives_the_same_stay(order, length):
    chosen = order[:length]

    one, other = stay_of(*chosen), stay_of(*sorted(chosen, key=lambda item: item.stamp), *chosen)

    assert one == other


# --- the effects


def test_an_admission_is_told_once():
    assert kinds(effects(Stay("s", "c", "E1"), a01())) == [Admitted]
    known = replace(stay_of(a01()), case_id="k")
    assert effects(known, a01(control_id="again")) == ()


def test_an_admission_starts_a_case_only_for_a01_and_a06():
    for event, starts in (("A01", True), ("A06", True), ("A02", False)):
        (admitted,) = effects(Stay("s", "c", "E1"), notice(event, T))
        assert admitted.starts_case is starts


@pytest.mark.parametrize(
    ("gap", "readmission", "days"), [(7 * DAY, True, 7), (30 * DAY, True, 30), (31 * DAY, False, 31), (HOUR, True, 0)]
)
def test_an_admission_up_to_30_days_after_a_discharge_is_a_readmission(gap, readmission, days):
    index = stay_of(a03(), start=Stay("index", "c", "E0"))
    later = notice("A01", T + gap, admitted=T + gap)

    (admitted,) = effects(Stay("s", "c", "E1"), later, others=(index,))

    assert (admitted.readmission, admitted.days, admitted.after) == (readmission, days, index)


def test_a_first_admission_is_no_readmission():
    (admitted,) = effects(Stay("s", "c", "E1"), a01())

    assert (admitted.readmission, admitted.days, admitted.after) == (False, None, None)


def test_an_admission_older_than_a_known_one_is_history():
    later = stay_of(notice("A01", T + DAY, admitted=T + DAY), start=Stay("later", "c", "E2"))

    assert effects(Stay("s", "c", "E1"), a01(), others=(later,)) == ()


def test_a_discharge_is_told_once():
    stay = replace(stay_of(a01()), case_id="k")

    (told,) = effects(stay, a03())
    assert (told.late, told.against_advice) == (False, False)
    assert effects(stay_of(a01(), a03()), a03(control_id="again"), told=T) == ()


def test_a_discharge_before_its_admission_is_told_and_the_late_admission_is_silent():
    assert kinds(effects(Stay("s", "c", "E1"), a03())) == [Admitted, Discharged]
    assert effects(stay_of(a03()), a01(), told=T) == ()


def test_a_late_discharge_is_marked_and_a_very_late_one_is_silent():
    stay = replace(stay_of(a01()), case_id="k")

    assert effects(stay, a03(), now=T + DAY + HOUR)[0].late
    assert not effects(stay, a03(), now=T + DAY - HOUR)[0].late
    assert kinds(effects(stay, a03(), now=T + 30 * DAY)) == [Discharged]
    assert [effect.what for effect in effects(stay, a03(), now=T + 30 * DAY + HOUR)] == ["stay_over"]


def test_a_discharge_against_advice_is_marked():
    stay = replace(stay_of(a01()), case_id="k")

    assert effects(stay, a03(disposition="07"))[0].against_advice


def test_a_discharge_followed_by_a_known_admission_is_history():
    later = stay_of(notice("A01", T + DAY, admitted=T + DAY), start=Stay("later", "c", "E2"))

    assert effects(replace(stay_of(a01()), case_id="k"), a03(), others=(later,)) == ()


def test_a_cancelled_discharge_is_told_and_the_next_one_arms_again():
    stay = stay_of(a01(), a03())

    (cancelled,) = effects(stay, notice("A13", T + HOUR), told=T)
    assert (type(cancelled), cancelled.what) == (Cancelled, "discharge")

    back = replace(stay_of(a01(), a03(), notice("A13", T + HOUR)), case_id="k")
    assert kinds(effects(back, a03(T + DAY, discharged=T + DAY))) == [Discharged]


def test_a_discharge_cancelled_before_it_arrived_is_never_told():
    stay = replace(stay_of(a01(), notice("A13", T + HOUR)), case_id="k")

    assert effects(stay, a03()) == ()


def test_a_corrected_discharge_time_disarms_and_arms_again_unless_the_call_is_done():
    stay = stay_of(a01(), a03())
    correction = notice("A08", T + HOUR, discharged=T - HOUR)

    assert kinds(effects(stay, correction, told=T)) == [Cancelled, Discharged]

    called = replace(stay, outreach=Outreach(told_for=T, contacted_at=T + DAY), case_id="k")
    assert react("A08", called, fold(called, correction), (), T + DAY, SETTINGS) == ()


def test_a_cancelled_admission_is_told():
    (cancelled,) = effects(replace(stay_of(a01()), case_id="k"), notice("A11", T))

    assert (type(cancelled), cancelled.what) == (Cancelled, "admit")
    assert effects(stay_of(notice("A11", T)), notice("A11", T, control_id="again")) == ()


def test_an_inpatient_who_becomes_an_outpatient_is_told():
    assert kinds(effects(replace(stay_of(a01()), case_id="k"), notice("A07", T, patient_class="O"))) == [
        BecameOutpatient
    ]


def test_an_emergency_visit_is_told_on_arrival_and_on_leaving():
    arrived = notice("A04", T, patient_class="E", admitted=T)
    left = notice("A03", T + HOUR, patient_class="E", admitted=T, discharged=T + HOUR)

    assert kinds(effects(Stay("s", "c", "E1"), arrived)) == [EmergencyArrived]
    assert kinds(effects(stay_of(arrived), left)) == [EmergencyLeft]
    assert kinds(effects(Stay("s", "c", "E1"), left)) == [EmergencyArrived, EmergencyLeft]
    assert effects(stay_of(arrived, left), left, told=T + HOUR) == ()


@pytest.mark.parametrize(
    ("began", "belongs"),
    [(T - 4 * DAY - HOUR, False), (T - 4 * DAY, True), (T - 2 * DAY, True), (T, True), (T + HOUR, False)],
)
def test_an_emergency_visit_in_or_up_to_a_day_before_a_stay_belongs_to_it(began, belongs):
    inpatient = stay_of(a01(), a03(), start=Stay("in", "c", "E0"))
    visit = stay_of(notice("A04", began, patient_class="E", admitted=began))
    left = notice("A03", began + HOUR, patient_class="E", admitted=began, discharged=began + HOUR)

    found = effects(visit, left, others=(inpatient,))

    assert kinds(found) == ([] if belongs else [EmergencyLeft])


def test_an_outpatient_registration_has_no_effect():
    assert effects(Stay("s", "c", "E1"), notice("A04", T, patient_class="O")) == ()


def test_an_emergency_visit_that_becomes_an_admission_is_an_admission():
    visit = stay_of(notice("A04", T, patient_class="E", admitted=T))

    assert kinds(effects(visit, notice("A06", T + HOUR))) == [Admitted]


def test_updates_have_no_effect():
    for event in ("A08", "A31", "A28"):
        assert effects(replace(stay_of(a01()), case_id="k"), notice(event, T)) == ()


def test_what_takes_back_comes_before_what_is_new():
    order = kinds(effects(stay_of(a01(), a03()), a03(T + HOUR, discharged=T + HOUR), told=T))

    assert order == [Cancelled, Discharged]
    assert timedelta(0) < SETTINGS.call_after < SETTINGS.outreach_within
