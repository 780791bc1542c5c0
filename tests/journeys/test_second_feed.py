"""A second feed, made by hand: readmission, death, cancelled, late, doubled, disordered, corrected and damaged messages.

Each file of `feeds/` is a story; what must come of it is said in care-process.md, section 12. Messages arrive when they were sent
(MSH-7); tasks are answered as `always_open` says. Most stories are of client 7001, who was referred in May and is in Following-Up.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable

import pytest

from care import MessageRejected, deliver, read_messages
from tests.care.messages import adt
from tests.journeys.story import DAY, FEEDS, HOUR, Story, local
from trial import load_answers
from trial.answers import Answer

Begin = Callable[..., Story]
CLOCKS = {"outreach_48h", "outreach_reminder", "outreach_overdue"}


def numbers(story: Story) -> dict[str, int]:
    """The outreach part of the report."""
    return story.report()["outreach"]


def counted(**named: int) -> dict[str, int]:
    """The outreach part where all that is not named is 0."""
    keys = ("discharges_alive", "timers_set", "fired", "cancelled", "within_48h", "late")
    return {key: named.get(key, 0) for key in keys}


# -- readmission


def test_an_admission_eighteen_hours_after_the_discharge_disarms_the_outreach_and_asks_for_a_review(story: Begin):
    told = story()
    told.feed("readmission.hl7")
    told.until(2025, 6, 6, 7)
    assert told.timers().keys() >= CLOCKS

    told.until(2025, 6, 6, 8, 1)

    assert not told.timers().keys() & CLOCKS
    assert told.tasks("outreach_call") == []
    assert told.open()["readmission_review"] == 1
    assert told.case()["stage"] == "transitioning"
    assert told.stay(0)["cancelled_at"] == local(2025, 6, 6, 8)


def test_the_discharge_after_a_readmission_arms_exactly_one_new_outreach(story: Begin):
    told = story()
    told.feed("readmission.hl7")
    told.until(2025, 6, 9, 12)
    assert told.timers()["outreach_48h"] == local(2025, 6, 10, 11)

    told.until(2025, 6, 30, 9)

    (call,) = told.tasks("outreach_call")
    assert (call["status"], call["due_at"][:16]) == ("completed", "2025-06-11T15:00")
    assert numbers(told) == counted(discharges_alive=2, timers_set=2, fired=1, cancelled=1, within_48h=1)
    assert len(told.tasks("readmission_review")) == 1
    assert told.visits("outreach_48h") == 1
    assert told.case()["stage"] == "following_up"


def test_an_admission_while_the_call_is_open_withdraws_it(story: Begin):
    told = story()
    told.feed("readmission_during_call.hl7")
    told.until(2025, 6, 6, 14, 30)
    assert told.open()["outreach_call"] == 1

    told.until(2025, 6, 6, 15, 1)

    assert told.open()["outreach_call"] == 0
    assert [row["status"] for row in told.tasks("outreach_call")] == ["cancelled"]
    assert told.open()["readmission_review"] == 1

    told.until(2025, 6, 30, 9)
    assert [row["status"] for row in told.tasks("outreach_call")] == ["cancelled", "completed"]
    assert told.stay(1)["contacted_at"] == local(2025, 6, 10, 13)


# -- death


def test_a_death_two_hours_after_the_discharge_closes_the_case_in_one_step(story: Begin):
    told = story()
    told.feed("death_after_discharge.hl7")
    told.until(2025, 6, 5, 15)
    assert told.timers().keys() >= CLOCKS

    told.until(2025, 6, 5, 16, 1)

    assert (told.case()["status"], told.case()["outcome"]) == ("completed", "client_deceased")
    assert told.timers() == {}
    assert told.open() == Counter()
    assert told.sql("SELECT * FROM waits") == []
    assert told.one("SELECT count(DISTINCT step) FROM history WHERE at > '2025-06-05T19'") == 1


def test_nothing_that_comes_after_a_death_opens_anything(story: Begin):
    told = story()
    told.feed("death_after_discharge.hl7")
    told.until(2025, 6, 5, 16, 1)
    before = told.one("SELECT count(*) FROM history"), told.case()["version"]

    told.until(2025, 8, 1, 9)

    assert (told.one("SELECT count(*) FROM history"), told.case()["version"]) == before
    assert told.driver.fed.accepted == 5
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, cancelled=1)
    assert told.sql("SELECT * FROM outbox WHERE topic = 'send_letter' AND created_at > '2025-06-05T19'") == []
    assert told.sql("SELECT * FROM candidates") == []
    assert told.report()["cases"]["by_ending"] == {"client_deceased": 1}


def test_a_discharge_with_an_expired_disposition_is_a_death_and_no_outreach(story: Begin):
    told = story()
    told.feed("death_in_hospital.hl7")

    told.until(2025, 6, 30, 9)

    assert told.case()["outcome"] == "client_deceased"
    assert told.one("SELECT deceased_at FROM clients").startswith("2025-06-04T16:55")
    assert told.visits("outreach_48h") == 0
    assert told.tasks("outreach_call") == []
    assert numbers(told) == counted()
    assert told.timers() == {}


# -- what is taken back


def test_a_discharge_taken_back_after_three_hours_disarms_and_the_next_one_arms_again(story: Begin):
    told = story()
    told.feed("cancelled_discharge.hl7")
    told.until(2025, 6, 5, 17, 1)
    assert not told.timers().keys() & CLOCKS
    assert told.case()["stage"] == "transitioning"

    told.until(2025, 6, 30, 9)

    (call,) = told.tasks("outreach_call")
    assert call["opened_at"].startswith("2025-06-07T19:00")
    assert told.visits("outreach_48h") == 1
    assert numbers(told)["fired"] == numbers(told)["within_48h"] == numbers(told)["timers_set"] == 1
    assert told.case()["stage"] == "following_up"


def test_a_discharge_taken_back_while_the_call_is_open_withdraws_the_call(story: Begin):
    told = story()
    told.feed("cancelled_during_call.hl7")
    told.until(2025, 6, 6, 15, 1)
    assert [row["status"] for row in told.tasks("outreach_call")] == ["cancelled"]

    told.until(2025, 6, 30, 9)

    assert [row["status"] for row in told.tasks("outreach_call")] == ["cancelled", "completed"]
    assert numbers(told)["within_48h"] == 1


def test_a_discharge_taken_back_after_the_call_keeps_the_call_and_the_next_one_asks_for_another(story: Begin):
    told = story()
    told.feed("cancelled_after_call.hl7")

    told.until(2025, 6, 30, 9)

    assert [row["status"] for row in told.tasks("outreach_call")] == ["completed", "completed"]
    assert told.one("SELECT count(*) FROM contacts WHERE purpose = 'post_discharge'") == 2
    assert told.visits("outreach_48h") == 2


def test_an_admission_that_never_was_takes_its_tasks_away_and_the_case_goes_on_as_before(story: Begin):
    told = story()
    told.feed("cancelled_admission.hl7")
    told.until(2025, 6, 2, 11, 30)
    assert told.case()["stage"] == "transitioning"

    told.until(2025, 6, 2, 12, 1)

    assert told.case()["stage"] == "following_up"
    assert told.open() == Counter()
    assert [row["status"] for row in told.tasks("discharge_plan")] == ["cancelled"]
    assert "next_contact" in told.timers()

    told.until(2025, 6, 20, 9)
    assert told.stay()["state"] == "void"
    assert told.tasks("outreach_call") == []
    assert numbers(told) == counted()


# -- late and old


def test_a_discharge_told_three_days_late_opens_the_call_at_once_and_counts_as_late(story: Begin):
    told = story()
    told.feed("late_discharge.hl7")

    told.until(2025, 6, 8, 15, 1)

    (call,) = told.tasks("outreach_call")
    assert (call["status"], call["opened_at"][:16], call["due_at"][:16]) == (
        "open",
        "2025-06-08T19:00",
        "2025-06-07T18:00",
    )
    assert told.report()["tasks"]["overdue"] == 1
    told.until(2025, 6, 30, 9)
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, fired=1, late=1)
    measure = told.report()["measures"]["outreach_48h_reached"]
    assert (measure["numerator"], measure["denominator"]) == (0, 1)
    assert ("notify", "tell_supervisor") in [(row["topic"], row["element"]) for row in told.sql("SELECT * FROM outbox")]


def test_a_discharge_of_five_weeks_ago_is_kept_and_does_nothing(story: Begin):
    told = story()
    told.feed("old_discharge.hl7")
    told.until(2025, 6, 20, 9, 59)
    before = told.case()["version"]

    told.until(2025, 6, 20, 10, 1)

    assert told.case()["version"] == before
    assert told.stay()["state"] == "discharged"
    assert numbers(told) == counted()
    assert told.one("SELECT outcome FROM adt_messages") in {"applied", "filed"}


# -- doubled and disordered


def test_what_comes_twice_has_its_effect_once_and_a_reused_control_id_is_refused(story: Begin):
    told = story()
    told.feed("doubled.hl7")

    told.until(2025, 6, 30, 9)

    fed = told.driver.fed
    assert (fed.fed, fed.accepted, fed.duplicates, [index for index, _ in fed.rejected]) == (6, 3, 2, [4])
    assert told.one("SELECT count(*) FROM stays") == 1
    assert told.stay()["discharged_at"] == local(2025, 6, 5, 14)
    assert len(told.tasks("outreach_call")) == 1
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, fired=1, within_48h=1)


def test_a_reused_control_id_is_answered_with_ae_and_nothing_of_it_is_kept(story: Begin):
    told = story()
    messages = list(read_messages((FEEDS / "doubled.hl7").read_bytes()))
    told.until(2025, 6, 5, 15)
    answers = [deliver(told.program.database, told.program.adt, message, told.clock.now()) for message in messages[:5]]

    assert [b"MSA|AA" in answer.acknowledgement for answer in answers] == [True, True, True, True, False]
    assert b"MSA|AE|DB2" in answers[4].acknowledgement
    assert b"7012" not in answers[4].acknowledgement
    assert told.one("SELECT count(*) FROM adt_messages") == 2


def test_a_discharge_before_its_admission_makes_one_stay_and_one_outreach(story: Begin):
    told = story()
    told.feed("out_of_order.hl7")
    told.until(2025, 6, 5, 18)
    assert told.timers()["outreach_48h"] == local(2025, 6, 6, 14)
    assert told.case()["stage"] == "following_up"

    told.until(2025, 6, 30, 9)

    assert told.one("SELECT count(*) FROM stays") == 1
    assert told.stay()["state"] == "discharged"
    assert len(told.tasks("outreach_call")) == 1
    assert told.driver.fed.duplicates == 1
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, fired=1, within_48h=1)


@pytest.mark.parametrize("turn", [1, 2])
def test_the_order_of_one_stays_messages_does_not_change_the_stay(turn: int, story: Begin):
    messages = list(read_messages((FEEDS / "readmission.hl7").read_bytes()))[:2]
    told = story()
    told.until(2025, 6, 5, 15)
    for message in messages[::-1] if turn == 2 else messages:
        deliver(told.program.database, told.program.adt, message, told.clock.now())

    told.until(2025, 6, 10, 9)

    stay = told.stay()
    assert (stay["began_at"], stay["discharged_at"]) == (local(2025, 6, 2, 9), local(2025, 6, 5, 14))
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, fired=1, within_48h=1)


# -- corrected


def test_a_corrected_discharge_time_arms_the_clock_anew(story: Begin):
    told = story()
    told.feed("corrected_discharge.hl7")
    told.until(2025, 6, 5, 17)
    assert told.timers()["outreach_48h"] == local(2025, 6, 6, 14)

    told.until(2025, 6, 5, 18, 1)

    assert told.timers()["outreach_48h"] == local(2025, 6, 6, 8)
    told.until(2025, 6, 30, 9)
    (call,) = told.tasks("outreach_call")
    assert call["due_at"].startswith("2025-06-07T12:00")
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, fired=1, within_48h=1)


def test_a_discharge_time_corrected_after_the_call_changes_nothing_but_the_stay(story: Begin):
    told = story()
    told.feed("corrected_after_call.hl7")

    told.until(2025, 6, 30, 9)

    assert told.stay()["discharged_at"] == local(2025, 6, 5, 8)
    assert len(told.tasks("outreach_call")) == 1
    assert told.visits("outreach_48h") == 1
    assert numbers(told)["within_48h"] == 1


# -- emergency, merge, strangers


def test_an_emergency_visit_asks_for_a_follow_up_and_never_for_the_outreach(story: Begin):
    told = story()
    told.feed("emergency.hl7")

    told.until(2025, 6, 2, 15, 1)

    assert told.open()["ed_follow_up"] == 1
    assert told.tasks("ed_follow_up")[0]["due_at"].startswith("2025-06-09T19:00")
    assert not told.timers().keys() & CLOCKS


def test_emergency_visits_before_and_inside_a_stay_belong_to_it(story: Begin):
    told = story()
    told.feed("emergency.hl7")

    told.until(2025, 6, 30, 9)

    assert len(told.tasks("ed_follow_up")) == 1
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, fired=1, within_48h=1)
    assert told.facts()["lace"] == 3 + 3 + 0 + 1  # three days, acute, no Charlson weight, one visit of its own


def test_merged_numbers_lead_to_one_client_and_a_review(story: Begin):
    told = story(enrolled=False)
    survivor = told.refer("7017")
    told.refer("7018")
    told.feed("merge.hl7")

    told.until(2025, 6, 2, 9, 1)
    assert told.open()["record_review"] == 1

    told.until(2025, 6, 30, 9)

    (stay,) = told.sql("SELECT * FROM stays")
    assert stay["client_id"] == survivor
    calls = told.tasks("outreach_call")
    assert [call["case_id"] for call in calls] == [stay["case_id"]]


def test_an_admission_of_a_stranger_starts_a_case_and_its_discharge_is_called_from_screening(story: Begin):
    told = story(enrolled=False)
    told.feed("strangers.hl7")
    told.until(2025, 6, 2, 11, 1)
    assert told.case()["stage"] == "screening"
    assert told.timers()["outreach_48h"] == local(2025, 6, 3, 11)

    told.until(2025, 6, 20, 9)

    assert len(told.tasks("outreach_call")) == 1
    assert told.tasks("outreach_call")[0]["stage"] == "screening"
    assert told.facts()["source_type"] == "admission_review"


def test_strangers_in_an_emergency_room_or_just_discharged_are_candidates_without_a_case(story: Begin):
    told = story(enrolled=False)
    told.feed("strangers.hl7")

    told.until(2025, 6, 10, 9)

    assert sorted(row["reason"] for row in told.sql("SELECT reason FROM candidates")) == ["discharge", "ed_visit"]
    assert told.one("SELECT count(*) FROM cases") == 1


def test_a_client_whose_case_was_closed_starts_anew_at_the_next_admission(story: Begin):
    refused = {"decision": "not_eligible", "reason": "client_wish", "override_reason": "Does not want it."}
    always_open = load_answers("always_open")
    answers = dataclasses.replace(
        always_open, tasks={**always_open.tasks, "screen_client": (Answer(HOUR, values=refused),)}
    )
    told = story(enrolled=False, answers=answers)
    told.refer("7001")
    told.until(2025, 5, 20, 9)
    assert told.case()["outcome"] == "not_eligible"

    told.feed("readmission.hl7")
    told.until(2025, 6, 2, 9, 1)

    assert [row["status"] for row in told.sql("SELECT status FROM cases ORDER BY started_at")] == [
        "completed",
        "active",
    ]


def test_who_left_against_advice_is_called_within_four_hours(story: Begin):
    told = story()
    told.feed("against_advice.hl7")

    told.until(2025, 6, 5, 14, 1)

    assert told.open()["outreach_call"] == 1
    assert told.tasks("outreach_call")[0]["opened_at"].startswith("2025-06-05T18:00")


# -- damage


def test_damaged_messages_in_the_middle_of_a_file_are_refused_and_the_rest_is_taken(story: Begin):
    told = story()
    told.feed("broken.hl7")

    told.until(2025, 6, 30, 9)

    assert [index for index, _ in told.driver.fed.rejected] == [1, 2, 3, 4]
    assert (told.driver.fed.accepted, told.driver.fed.duplicates) == (2, 0)
    assert numbers(told) == counted(discharges_alive=1, timers_set=1, fired=1, within_48h=1)
    assert told.one("SELECT count(*) FROM adt_messages") == 2


def test_reasons_of_refusal_name_the_place_and_never_content():
    from care.notices import read_envelope, read_notice
    from tests.journeys.story import ZONE

    reasons = []
    for found in read_messages((FEEDS / "broken.hl7").read_bytes()):
        try:
            if isinstance(found, MessageRejected):
                raise found
            read_notice(found, read_envelope(found, ZONE), ZONE, "SYNTH")
        except MessageRejected as error:
            reasons.append(str(error))

    assert len(reasons) == 4
    assert not any("7023" in reason or "Example" in reason for reason in reasons)
    for place, reason in zip(("MSH-10", "PV1-19", "PV1-45", "MSH-9"), reasons, strict=True):
        assert place in reason


# -- calls withdrawn, stays that end without a discharge


def test_a_contact_before_the_discharge_does_not_count_for_it(story: Begin):
    told = story()
    told.feed("cancelled_after_call.hl7")
    told.until(2025, 6, 30, 9)
    assert told.stay()["contacted_at"] == local(2025, 6, 9, 17)


def test_a_readmission_disarms_the_outreach_that_was_armed_anew(story: Begin):
    told = story()
    told.feed("cancelled_after_call.hl7")
    told.until(2025, 6, 9, 9)
    again = adt("A01", local(2025, 6, 9, 9), mrn="7001", encounter="CX-E2", admitted=local(2025, 6, 9, 9))
    for message in read_messages(again):
        deliver(told.program.database, told.program.adt, message, told.clock.now())
    assert "outreach_48h" not in told.timers()
    told.until(2025, 6, 12, 9)
    assert len(told.tasks("outreach_call")) == 1


def test_a_call_withdrawn_by_a_readmission_in_time_is_not_late(story: Begin):
    told = story()
    told.feed("readmission_during_call.hl7")
    told.until(2025, 6, 30, 9)
    assert numbers(told) == counted(discharges_alive=2, timers_set=2, fired=2, cancelled=1, within_48h=1)
    measure = told.report()["measures"]["outreach_48h_reached"]
    assert (measure["numerator"], measure["denominator"], measure["excluded"]) == (1, 1, 1)


def test_a_call_withdrawn_by_death_in_time_is_not_late(story: Begin):
    told = story()
    died = adt("A08", local(2025, 6, 6, 15), mrn="7001", encounter="", died="Y")
    for kind, at, more in (
        ("A01", local(2025, 6, 2, 9), {}),
        ("A03", local(2025, 6, 5, 14), {"discharged": local(2025, 6, 5, 14), "disposition": "01"}),
    ):
        for message in read_messages(
            adt(kind, at, mrn="7001", encounter="DC-E1", admitted=local(2025, 6, 2, 9), **more)
        ):
            told.driver.message(at, message)
    for message in read_messages(died):
        told.driver.message(local(2025, 6, 6, 15), message)
    told.until(2025, 6, 30, 9)
    assert numbers(told)["late"] == 0


def test_an_inpatient_who_becomes_an_outpatient_leaves_transitioning(story: Begin):
    told = story()
    for kind, at, more in (("A01", local(2025, 6, 2, 9), {}), ("A07", local(2025, 6, 3, 12), {"patient_class": "O"})):
        for message in read_messages(
            adt(kind, at, mrn="7001", encounter="OP-E1", admitted=local(2025, 6, 2, 9), **more)
        ):
            told.driver.message(at, message)
    told.until(2025, 6, 20, 9)
    assert told.case()["stage"] == "following_up"


def test_a_discharge_of_five_weeks_ago_of_a_known_stay_leaves_transitioning(story: Begin):
    told = story()
    told.feed("old_discharge_of_known_stay.hl7")
    told.until(2025, 6, 30, 9)
    assert told.tasks("outreach_call") == []
    assert numbers(told) == counted()
    assert told.case()["stage"] == "following_up"
    assert told.timers() != {} or told.open() != Counter()


# -- clocks on the wall


def test_forty_eight_hours_are_elapsed_hours_where_the_clock_changes(story: Begin):
    told = story()
    told.until(2025, 11, 1, 20)
    source = (FEEDS / "readmission.hl7").read_bytes().split(b"\n")[0]
    moved = source.replace(b"202506020900", b"202510281000")
    left = (FEEDS / "readmission.hl7").read_bytes().split(b"\n")[1]
    left = left.replace(b"202506051400", b"202511012000").replace(b"202506020900", b"202510281000")
    for message in read_messages(moved + b"\n" + left + b"\n"):
        deliver(told.program.database, told.program.adt, message, told.clock.now())

    assert told.stay()["deadline"] == local(2025, 11, 3, 19)
    assert told.stay()["deadline"] - told.stay()["discharged_at"] == 2 * DAY
