"""Front door of care: health care standing on the engine. Clients, stays, the ADT feed, the chart of a case, the business calendar."""

from care.adt import AdtDesk, Received
from care.calendar import BusinessCalendar, federal_holidays
from care.candidates import accept_candidate, dismiss_candidate
from care.chart.authorisations import Authorisation
from care.chart.consents import Share
from care.chart.plans import Approval, Progress, Revision, Version, duties_of
from care.chart.profiles import Part
from care.chart.referrals import Happened, Referral
from care.chart.risks import Risk
from care.charts import (
    Consent,
    ConsentFile,
    Note,
    PlanFile,
    may_share,
    read_authorisations,
    read_consents,
    read_contacts,
    read_notes,
    read_plan,
    read_profile,
    read_referrals,
    read_risks,
)
from care.cohort import (
    ExpectedLace,
    SampleClient,
    expected_lace,
    sample_clients,
    sample_events,
    sample_feed,
    shifted_feed,
    timed_messages,
    weeks_until,
)
from care.errors import (
    CandidateDecided,
    CareError,
    ClientKnown,
    ClientUnknown,
    ContactUnknown,
    MeasureUnknown,
    MessageRejected,
    NoteUnknown,
    PeriodRefused,
    StaleClient,
)
from care.facts import GIVEN_NAMES, CareFacts, facts_of
from care.feed import Delivered, FeedSummary, Rejection, deliver, deliver_all
from care.hl7 import Message, acknowledge, read_message, read_messages
from care.journal import Journal, Writing
from care.measures import (
    CATALOGUE,
    Behind,
    Definition,
    Measured,
    Measures,
    Period,
    definition,
    month,
    month_of,
    months_up_to,
)
from care.model import Candidate, CareSettings, Client, Contact, Demographics
from care.phases import PHASES
from care.plan import Number, Plan, difference, number_of
from care.postman import Cases
from care.queries.lists import clients_by_id, list_adt_messages, list_candidates, list_contacts
from care.queries.logged import LoggedStay, logged_stays, stays_followed
from care.queries.outreach import OutreachCounts, outreach_counts
from care.records import CareRecords
from care.referral import first_facts
from care.register import (
    change_client,
    client_numbers,
    correct_death,
    find_client,
    find_clients,
    get_client,
    merge_clients,
    register_client,
    search_clients,
)
from care.stays import Stay
from care.store.inbox import Kept

__all__ = [
    "CATALOGUE",
    "GIVEN_NAMES",
    "PHASES",
    "AdtDesk",
    "Approval",
    "Authorisation",
    "Behind",
    "BusinessCalendar",
    "Candidate",
    "CandidateDecided",
    "CareError",
    "CareFacts",
    "CareRecords",
    "CareSettings",
    "Cases",
    "Client",
    "ClientKnown",
    "ClientUnknown",
    "Consent",
    "ConsentFile",
    "Contact",
    "ContactUnknown",
    "Definition",
    "Delivered",
    "Demographics",
    "ExpectedLace",
    "FeedSummary",
    "Happened",
    "Journal",
    "Kept",
    "LoggedStay",
    "MeasureUnknown",
    "Measured",
    "Measures",
    "Message",
    "MessageRejected",
    "Note",
    "NoteUnknown",
    "Number",
    "OutreachCounts",
    "Part",
    "Period",
    "PeriodRefused",
    "Plan",
    "PlanFile",
    "Progress",
    "Received",
    "Referral",
    "Rejection",
    "Revision",
    "Risk",
    "SampleClient",
    "Share",
    "StaleClient",
    "Stay",
    "Version",
    "Writing",
    "accept_candidate",
    "acknowledge",
    "change_client",
    "client_numbers",
    "clients_by_id",
    "correct_death",
    "definition",
    "deliver",
    "deliver_all",
    "difference",
    "dismiss_candidate",
    "duties_of",
    "expected_lace",
    "facts_of",
    "federal_holidays",
    "find_client",
    "find_clients",
    "first_facts",
    "get_client",
    "list_adt_messages",
    "list_candidates",
    "list_contacts",
    "logged_stays",
    "may_share",
    "merge_clients",
    "month",
    "month_of",
    "months_up_to",
    "number_of",
    "outreach_counts",
    "read_authorisations",
    "read_consents",
    "read_contacts",
    "read_message",
    "read_messages",
    "read_notes",
    "read_plan",
    "read_profile",
    "read_referrals",
    "read_risks",
    "register_client",
    "sample_clients",
    "sample_events",
    "sample_feed",
    "search_clients",
    "shifted_feed",
    "stays_followed",
    "timed_messages",
    "weeks_until",
]
