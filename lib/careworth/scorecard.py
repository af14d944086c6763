"""The scorecard of a study, block by block (R030): every metric of the catalogue that its tables allow, as rows."""

import polars as pl

from careworth.attribution import select_orders
from careworth.metrics import (
    agents,
    associations,
    audience,
    backlog,
    baseline,
    bots,
    cases,
    changes,
    channel_shift,
    contact_centre,
    demand,
    exposure,
    first_channel,
    leads,
    loyalty,
    maturity,
    mentions,
    posts,
    quality_reviews,
    redirection,
    resolving,
    sharing,
    sla,
    slices,
    surveys,
    themes,
    tone_shift,
    topology,
    vendors,
    waiting,
    windows,
)
from careworth.results import Row
from careworth.study import Study


def following_rows(study: Study) -> list[Row]:
    """Block 1, following and interaction: A1 to A8."""
    cut, turns, accounts = study.cut, study.account_turns, study.account_snapshots
    conversations, published = study.conversations(), study.account_posts
    answers = topology.peer_answers(turns, study.account_messages, cut)
    return [
        *audience.follower_rows(accounts, cut),
        *audience.active_rows(turns, accounts, cut),
        *audience.interaction_rows(turns, conversations, cut),
        *topology.topology_rows(turns, answers, cut),
        *posts.click_rows(published, study.table("clicks"), cut),
        *audience.reach_rows(turns, accounts, cut),
        *posts.engagement_rows(published, cut),
        *topology.return_rows(conversations, cut),
        *topology.community_rows(turns, answers, cut),
    ]


def issue_rows(study: Study, window_hours: float) -> list[Row]:
    """Block 2, issues and sentiment, beyond volume and tone: V2 to V4, Q3, Q8, Q10."""
    cut, conversations = study.cut, study.conversations(window_hours=window_hours)
    orders = (
        select_orders(study.table("orders"), study.campaign.brand, *study.period).height if study.lake.has("orders") else None
    )
    return [
        *demand.demand_rows(conversations, cut, study.errors, orders),
        *tone_shift.tone_shift_rows(conversations, cut, window_hours),
        *exposure.exposure_rows(conversations, study.own_turns, cut),
        *themes.theme_rows(study.themes),
        *mentions.mention_rows(
            conversations,
            study.account_messages,
            _said_to_nobody(study),
            study.account_snapshots,
            cut,
            study.workspace.service.response_hours,
        ),
    ]


def _said_to_nobody(study: Study) -> pl.DataFrame:
    """What was said, where some messages state no account; texts are long, so they are read for these alone."""
    if not study.account_messages["account_id"].null_count():
        return pl.DataFrame(schema=mentions.SAID)
    return study.read_messages(list(mentions.SAID))


def time_rows(study: Study, response_hours: float, window_hours: float) -> list[Row]:
    """Block 3, responses and time, beyond S1 and S2's own: S2 to S4, S10, S18, S19, and other tools' ways of counting."""
    cut, conversations, waits = study.cut, study.conversations(window_hours=window_hours), study.waits()
    return [
        *waiting.next_response_rows(waits, cut),
        *slices.response_slices(conversations, study.account_snapshots, cut, response_hours),
        slices.general_handle_row(conversations, study.account_turns, study.account_snapshots, cut, response_hours),
        *waiting.at_once_rows(conversations, cut, study.workspace.service.at_once_minutes),
        *waiting.business_response_rows(conversations, cut, study.workspace.calendar(study.workspace.service.calendar)),
        *vendors.vendor_response_rows(conversations, cut),
        vendors.all_inbound_row(conversations, cut, response_hours),
        *sla.sla_rows(conversations, waits, study.policies, cut),
        *backlog.backlog_rows(waits, conversations, cut),
        *backlog.backlog_series(waits, cut),
        *bots.bot_rows(conversations, cut),
    ]


def resolution_rows(study: Study, window_hours: float) -> list[Row]:
    """Block 3, resolutions, beyond S5 and S6's own: S5 to S9, S12 to S14, and the same from the help desk's tickets."""
    cut, conversations = study.cut, study.conversations(window_hours=window_hours)
    contacts = study.table("contacts") if study.lake.has("contacts") else None
    people = study.people.people if study.people else None
    tickets = cases.case_rows(study.table("tickets"), study.table("ticket_events"), cut, window_hours)
    return [
        *slices.resolution_slices(conversations, cut, window_hours),
        *resolving.resolution_time_rows(conversations, cut),
        *resolving.first_contact_rows(conversations, cut),
        *resolving.turn_count_rows(conversations),
        *redirection.redirect_rows(conversations, cut, window_hours, study.errors),
        *redirection.in_channel_rows(conversations, cut, window_hours),
        *redirection.completion_rows(conversations, contacts, people, cut),
        *(tickets if study.lake.has("tickets") else []),
    ]


def team_rows(study: Study) -> list[Row]:
    """Block 3, the people behind the answers: S11, S16, S20, Q9."""
    conversations, turns = study.conversations(), study.own_turns
    return [
        *agents.typing_rows(conversations),
        *agents.ownership_rows(conversations),
        *agents.load_rows(turns, conversations, audience.followers_now(study.account_snapshots, study.cut)),
        *agents.personal_rows(turns),
    ]


def opinion_rows(study: Study) -> list[Row]:
    """Block 3, what customers and reviewers say of the service: Q1 and Q2 by groups, Q4 to Q7, E9; the company itself: E11."""
    cut, conversations = study.cut, study.conversations()
    hours, window_hours = study.workspace.service.response_hours, study.workspace.service.resolution_window_hours
    own = surveys.surveys_about(study.table("surveys"), study.account_turns)
    return [
        *surveys.satisfaction_rows(own, cut),
        *surveys.recommendation_rows(own, cut),
        *surveys.ease_rows(own, cut, conversations),
        surveys.satisfaction_change_row(own, cut),
        *quality_reviews.quality_review_rows(study.table("qa_reviews"), study.conversations(), cut),
        *maturity.maturity_rows(study.table("maturity_answers"), cut),
        *slices.thanks_slices(conversations, study.account_snapshots, cut, window_hours),
        *associations.proxy_rows(conversations, own, cut, window_hours),
        *associations.satisfaction_by_service(conversations, own, cut, hours),
    ]


def loyalty_rows(study: Study, window_hours: float) -> list[Row]:
    """Block 4, loyalists: E1 to E3, E7, E12, Q11."""
    cut, conversations = study.cut, study.conversations(window_hours=window_hours)
    messages, labels, reviews = study.account_messages, study.account_labels, study.table("reviews")
    said = loyalty.read_customers(messages, labels)
    requests = loyalty.find_requests(said, messages, study.account_turns)
    purchases = leads.list_purchases(study.table("orders"), study.table("leads"))
    return [
        *loyalty.behaviour_rows(said, reviews, cut),
        *loyalty.advocate_rows(said, reviews, cut),
        *loyalty.peer_answer_rows(conversations, said, cut),
        loyalty.capture_row(requests, cut),
        *loyalty.conversion_rows(requests, study.table("identity_links"), purchases, cut),
        *sharing.sharing_rows(conversations, study.account_turns, cut),
        *sharing.spillover_rows(conversations, messages, labels, cut, window_hours),
    ]


def benefit_rows(study: Study) -> list[Row]:
    """Block 5, cost and benefits beside ROI: C1 to C6, E5, E6, E8."""
    cut, conversations, currency = study.cut, study.conversations(), study.campaign.currency
    intervals, contacts = study.table("contact_intervals"), study.table("contacts")
    purchases = leads.list_purchases(study.table("orders"), study.table("leads"))
    return [
        *contact_centre.contact_centre_rows(intervals, contacts, study.table("unit_costs"), cut, currency),
        *channel_shift.channel_shift_rows(study.account_conversations, intervals, contacts, cut),
        *first_channel.first_channel_rows(study.account_conversations, contacts, study.table("identity_links"), cut),
        *leads.lead_rows(study.table("leads"), study.touchpoints, cut, currency),
        *leads.repeat_purchase_rows(conversations, study.table("identity_links"), purchases, cut),
        *associations.repeat_purchase_by_service(
            conversations, study.table("identity_links"), purchases, cut, study.workspace.service.response_hours
        ),
    ]


def change_rows(study: Study, response_hours: float, window_hours: float) -> list[Row]:
    """What changed against the eight weeks before, taken apart into the parts themselves and their mix: S1, S6, Q1."""
    before = study.conversations_before(windows.BASELINE_DAYS)
    return changes.changes_rows(before, study.conversations(window_hours=window_hours), study.cut, response_hours, window_hours)


def baseline_rows(study: Study, response_hours: float, window_hours: float) -> list[Row]:
    """What the main numbers were in the eight weeks before the campaign, with slice `before`."""
    before = study.conversations_before(windows.BASELINE_DAYS)
    return baseline.baseline_rows(before, study.cut, response_hours, window_hours, study.errors)


def scorecard_rows(study: Study, response_hours: float, window_hours: float) -> list[Row]:
    """All blocks together."""
    return [
        *following_rows(study),
        *issue_rows(study, window_hours),
        *time_rows(study, response_hours, window_hours),
        *resolution_rows(study, window_hours),
        *team_rows(study),
        *opinion_rows(study),
        *loyalty_rows(study, window_hours),
        *benefit_rows(study),
        *change_rows(study, response_hours, window_hours),
        *baseline_rows(study, response_hours, window_hours),
    ]
