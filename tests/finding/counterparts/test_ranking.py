"""The sum of reasons: what outweighs what, and in which order equal fits come."""

from dataclasses import replace
from uuid import UUID

import pytest

from intranet.finding.counterparts.kept_rankings import MAX_KEPT, ranked_for
from intranet.finding.counterparts.ranking import rank
from intranet.finding.counterparts.ranking_models import (
    CounterpartCandidate,
    CounterpartCriterion,
    CounterpartTarget,
)
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.occupations import NamedWork, occupations

SECRETARY, PAYROLL_OFFICER = (
    {next(code for code, each in occupations().items() if each.name["en"] == name): 1.0}
    for name in ("town clerk", "payroll officer")
)
TARGET = CounterpartTarget(
    functions={"SEC": 1.0, "CTL": 1.0},
    occupations=SECRETARY,
    named=NamedWork("".join(SECRETARY), "secretary"),
    confirmed=frozenset({"SEC", "CTL"}),
    level=2,
    kinds=frozenset({AgencyKind.MUNICIPALITY}),
    population=900,
    places=("ES-GA-36057", "ES-GA-36", "ES-GA"),
    languages=frozenset({"gl", "es"}),
)
FIT = CounterpartCandidate(
    post_id=UUID(int=1),
    agency_id=UUID(int=100),
    functions={"SEC": 1.0, "CTL": 1.0},
    occupations=SECRETARY,
    named=NamedWork("".join(SECRETARY), "secretary"),
    confirmed=frozenset({"SEC", "CTL"}),
    level=2,
    kind=AgencyKind.MUNICIPALITY,
    population=740,
    places=("ES-CT-25001", "ES-CT-25", "ES-CT"),
    languages=frozenset({"ca", "es"}),
)


def ids(candidates, target=TARGET):
    return [fit.candidate.post_id.int for fit in rank(target, candidates)]


def other(number, **changes):
    return replace(FIT, post_id=UUID(int=number), agency_id=UUID(int=100 + number), **changes)


def test_each_term_of_the_sum_is_a_reason():
    (fit,) = rank(TARGET, [replace(FIT, is_open=True, was_confirmed=True)])

    assert fit.score == round(sum(reason.points for reason in fit.reasons), 2)
    assert [reason.why for reason in fit.reasons] == [
        *(
            CounterpartCriterion.OCCUPATION,
            CounterpartCriterion.FUNCTION,
            CounterpartCriterion.LEVEL,
            CounterpartCriterion.KIND,
            CounterpartCriterion.SIZE,
            CounterpartCriterion.LANGUAGE,
            CounterpartCriterion.OPEN,
            CounterpartCriterion.CONFIRMED,
        )
    ]


def test_the_work_outweighs_all_else_and_nearness_orders_the_rest():
    paid = {"functions": {"PAY": 1.0}, "occupations": PAYROLL_OFFICER}
    assert ids(
        [
            other(6, **paid, places=TARGET.places),
            other(5, functions={"SEC": 0.4}, occupations=PAYROLL_OFFICER, places=TARGET.places),
            other(4, level=4),
            other(3, level=3),
            other(2),
            other(1, places=("ES-GA-27001", "ES-GA-27", "ES-GA")),
        ]
    ) == [1, 2, 3, 4, 5]


def test_who_has_no_account_comes_after_equal_fits_and_ties_stay_in_one_order():
    some = [other(1, has_account=False), other(3), other(2)]

    assert ids(some) == ids(reversed(some)) == [2, 3, 1]


def test_one_agency_does_not_fill_the_page():
    many = [replace(FIT, post_id=UUID(int=number)) for number in range(1, 15)]
    others = [other(number, level=3) for number in range(50, 55)]

    assert ids([*many, *others]) == [1, 2, *range(50, 55), *range(3, 15)]
    scores = [fit.score for fit in rank(TARGET, [*many, *others])]
    assert scores == sorted(scores, reverse=True)


def test_what_words_ask_for_outweighs_where_one_is():
    target = replace(
        TARGET,
        population=None,
        largest=5_000,
        nearness=0.25,
        said=frozenset({CounterpartCriterion.SIZE}),
    )

    assert ids([other(2, population=80_000, languages=frozenset({"gl"})), other(1)], target) == [
        1,
        2,
    ]


def test_no_size_is_similar_to_one_more_than_three_times_as_large():
    town = replace(TARGET, population=85_140)

    (large,) = rank(town, [other(1, population=412_700)])
    (near,) = rank(town, [other(1, population=100_500)])

    assert CounterpartCriterion.SIZE not in [reason.why for reason in large.reasons]
    assert CounterpartCriterion.SIZE in [reason.why for reason in near.reasons]


def test_what_the_network_takes_for_a_counterpart_ranks_higher_and_what_it_hides_lower():
    (payroll,) = PAYROLL_OFFICER
    fits = [other(1, occupations=PAYROLL_OFFICER), other(2)]
    wanted = replace(TARGET, occupations={**SECRETARY, payroll: 0.9})

    assert ids(fits, wanted) == [2, 1]
    assert ids(fits, replace(wanted, taught={payroll: 1.0})) == [1, 2]
    (secretary,) = SECRETARY
    assert ids(fits, replace(wanted, taught={secretary: -1.0})) == [1, 2]


def criteria(candidate, target=TARGET):
    (fit,) = rank(target, [candidate])
    return {reason.why: reason.about for reason in fit.reasons}


def test_a_reason_says_only_what_both_titles_name():
    (payroll,) = PAYROLL_OFFICER
    vague = criteria(replace(FIT, named=NamedWork("", "secretary")))
    both = {**SECRETARY, payroll: 0.5}
    similar = criteria(replace(FIT, occupations=both, named=NamedWork(payroll, "clerk")))

    assert vague[CounterpartCriterion.ROLE] == ("secretary",)
    assert similar[CounterpartCriterion.SIMILAR_OCCUPATION] == (payroll,)
    assert CounterpartCriterion.OCCUPATION not in {**vague, **similar}


def test_a_function_that_only_words_suggest_is_not_said_but_the_field_of_both_occupations():
    derived = replace(FIT, confirmed=frozenset())

    assert criteria(FIT)[CounterpartCriterion.FUNCTION] == ("CTL", "SEC")
    assert criteria(derived)[CounterpartCriterion.FIELD] == ("SEC",)
    assert CounterpartCriterion.FUNCTION not in criteria(derived)


def test_a_level_that_the_occupation_does_not_have_is_not_said():
    cleaner = {
        next(code for code, each in occupations().items() if each.name["en"] == "cleaner"): 1.0
    }
    head = replace(FIT, occupations=cleaner, level=2)

    assert criteria(FIT)[CounterpartCriterion.LEVEL] == ("2",)
    assert criteria(head, replace(TARGET, occupations=cleaner))[CounterpartCriterion.LEVEL] == ()


@pytest.mark.usefixtures("app_context")
def test_a_ranking_is_kept_until_a_candidate_or_the_target_changes():
    candidates = (FIT, other(2, is_open=True))
    first = ranked_for(TARGET, candidates)

    assert ranked_for(replace(TARGET), (FIT, replace(candidates[1]))) is first
    for target, others in (
        (TARGET, candidates[:1]),
        (TARGET, (FIT, other(2, is_open=True, level=3))),
        (replace(TARGET, level=3), candidates),
    ):
        assert list(ranked_for(target, others)) == rank(target, others)


@pytest.mark.usefixtures("app_context")
def test_only_the_last_rankings_are_kept():
    candidates = (FIT,)
    first = ranked_for(TARGET, candidates)
    for population in range(MAX_KEPT):
        ranked_for(replace(TARGET, population=population), candidates)

    assert ranked_for(TARGET, candidates) is not first
