"""What the studies of one lake share."""

from dataclasses import replace
from datetime import timedelta

from careworth.lake.readers import take_reads
from careworth.study import Study
from tests.studies import study_of
from tests.tables import at, message, turns_of


def again(study: Study) -> Study:
    """The same study as another notebook of the same process opens it."""
    return replace(study)


def test_conversations_are_built_once_for_all_notebooks_of_a_process(tmp_path):
    study = study_of(tmp_path)
    assert again(study).account_conversations is study.account_conversations


def test_a_study_that_finds_its_conversations_kept_has_read_the_turns(tmp_path):
    """Else a change of the turns would not run its notebook again."""
    study = study_of(tmp_path)
    take_reads()
    _ = study.account_conversations
    first = take_reads()
    _ = again(study).account_conversations
    assert take_reads() == first == ["last_message_at", "tables", "turns"]


def test_another_cut_off_has_conversations_of_its_own(tmp_path):
    """The customer wrote at minute 0 and was answered at minute 30; at minute 10 nobody had answered."""
    study = study_of(tmp_path)
    opened = study.account_conversations["started_at"][0]
    early = replace(study, campaign=study.campaign.model_copy(update={"as_of": opened + timedelta(minutes=10)}))
    answers = [each.account_conversations["agent_turn_count"].to_list() for each in (study, early, study)]
    assert answers == [[1], [0], [1]]


def test_boundaries_are_tried_on_whole_stories(tmp_path):
    """Asked an hour before the campaign begins, again an hour after, and answered: begun within it only if an hour divides."""
    begins = (study_of(tmp_path).period[0] - at(0)).total_seconds() / 60
    story = [message(1, "customer", begins - 60), message(2, "customer", begins + 60), message(3, "agent", begins + 90, "Again.")]
    study = study_of(tmp_path, turns=turns_of(*story))
    assert [study.clocks(hours).height for hours in (24.0, 1.0)] == [0, 1]
