"""Twelve small wrong changes of the product, one for each area, and the test that finds each.

The breakages of `breakages.py` prove that the runner of faults protects; these prove it of the
tests. A mutation replaces one piece of source while the module is imported (`mutating.py`).
`python3 -m intranet test tests/faults/test_mutations.py -k AREA` tries one of them.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutation:
    """A wrong change: `right` becomes `wrong` in a file, and the test that has to fail with it.

    The test belongs to the quick run, unless it `is_slow`.
    """

    file: str
    right: str
    wrong: str
    test_file: str
    test: str
    is_slow: bool = False

    @property
    def module(self) -> str:
        """The name of the module."""
        return self.file.removesuffix(".py").replace("/", ".")

    def source(self) -> str:
        """Return the changed source.

        Raises:
            LookupError: the file does not hold `right` exactly once.
        """
        source = (ROOT / self.file).read_text("utf-8")
        if source.count(self.right) != 1:
            raise LookupError(f"{self.file} holds {source.count(self.right)} times: {self.right}")
        return source.replace(self.right, self.wrong)


MUTATIONS = {
    # A member stays one after the membership has ended.
    "access": Mutation(
        "intranet/messaging/spaces/access.py",
        "SpaceMember.since <= now, or_(SpaceMember.until.is_(None), SpaceMember.until > now)",
        "SpaceMember.since <= now",
        "tests/messaging/spaces/test_membership.py",
        "test_dates_are_right_at_midnight_without_any_job",
    ),
    # Messages follow the clock, which may go back, and not their sequence numbers.
    "order": Mutation(
        "intranet/messaging/messages/queries.py",
        ".order_by(Message.seq.desc()).limit(limit)",
        ".order_by(Message.created_at.desc()).limit(limit)",
        "tests/messaging/messages/test_posting.py",
        "test_messages_keep_their_order_though_the_clock_goes_back",
    ),
    # An exception takes out an appointment, and the person stays by another one.
    "audience": Mutation(
        "intranet/messaging/spaces/audience.py",
        "other.person_id == Appointment.person_id,",
        "other.id == Appointment.id,",
        "tests/messaging/spaces/test_audience.py",
        "test_somebody_with_two_posts_is_there_once_and_exceptions_take_the_person_out",
    ),
    # Every agency keeps the hours of Madrid.
    "quiet hours": Mutation(
        "intranet/organisation/worktime/queries.py",
        "Workplace(\n            zone,",
        'Workplace(\n            "Europe/Madrid",',
        "tests/organisation/worktime/test_queries.py",
        "test_each_agency_has_its_hours_in_its_own_time_zone",
    ),
    # A post that a file ends takes everybody of its agency along.
    "import": Mutation(
        "intranet/organisation/people/handlers.py",
        "Appointment.post_id == Post.id,",
        "(held := Post.__table__.alias()).c.id == Appointment.post_id,"
        "held.c.agency_id == Post.agency_id,",
        "tests/administration/imports/test_applying.py",
        "test_an_ended_post_ends_who_holds_it_and_nobody_else",
    ),
    # A corrected publication is still found by the words that were withdrawn.
    "search": Mutation(
        "intranet/publishing/publications/handlers.py",
        "get_version(publication, publication.version)",
        "get_version(publication, 1)",
        "tests/publishing/publications/test_searching.py",
        "test_a_correction_is_found_by_its_new_words_and_what_is_withdrawn_by_none",
    ),
    # Posts of an agency that left the directory are suggested.
    "counterparts": Mutation(
        "intranet/finding/counterparts/candidates.py",
        "            Agency.in_directory,\n",
        "",
        "tests/finding/counterparts/test_search.py",
        "test_who_hides_and_whose_agency_left_is_not_shown_and_vacancies_are",
    ),
    # A file is served to anybody who knows its id.
    "files": Mutation(
        "intranet/messaging/messages/access.py",
        "db.session.scalar(wanted.where(is_readable))",
        "db.session.scalar(wanted)",
        "tests/messaging/spaces/test_ended_units.py",
        "test_its_files_are_read_as_well",
    ),
    # A second vote counts too.
    "polls": Mutation(
        "intranet/collaboration/polls/statements.py",
        "PollVoter.person_id == _PERSON, PollVoter.has_voted.is_(False)",
        "PollVoter.person_id == _PERSON",
        "tests/collaboration/polls/test_voting.py",
        "test_a_second_vote_is_refused_and_changes_nothing",
    ),
    # A muted person may write in a channel.
    "moderation": Mutation(
        "intranet/messaging/conversations/access.py",
        "muted_until=one.muted_until,",
        "muted_until=None,",
        "tests/attention/moderation/test_deciding.py",
        "test_who_is_muted_leaves_nothing_in_that_place_and_writes_elsewhere",
    ),
    # The public page of a withdrawn publication stays.
    "public site": Mutation(
        "intranet/public_site/public_content.py",
        "        Publication.withdrawn_at.is_(None),\n",
        "",
        "tests/public_site/test_public_content.py",
        "test_strangers_get_nothing_but_what_was_approved",
    ),
    # A backup holds the rows of the files, without their bytes.
    "backup": Mutation(
        "intranet/backups/backing_up.py",
        "for each in source.stored():",
        "for each in list(source.stored())[:0]:",
        "tests/cli/test_backups.py",
        "test_a_copy_says_what_is_in_it_and_only_its_owner_reads_it",
    ),
}
