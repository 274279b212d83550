"""A page is chosen: nobody who was looked at is lost, and nobody comes twice."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.discovery.choosing import (
    ADMIRERS_A_PAGE,
    SPARE,
    Outcome,
    chosen,
    finalists,
)
from chalicelib.matching.discovery.standing import (
    ADMIRERS_KEPT_MAX,
    REST_SECONDS,
    Standing,
    Waiting,
    begun,
    decoded,
    encoded,
    may_begin,
    packed,
    put_back,
    unpacked,
)

OUTCOMES = st.sampled_from(Outcome)
LATER = Outcome.NOT_YET, Outcome.BY_ROW


def somebody(number: int) -> Waiting:
    return Waiting(f"usr_{number:026}", number % 101)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    pool, admirers = draw(st.integers(0, 30)), draw(st.integers(0, 10))
    return Standing(
        wishes="w",
        lap=1,
        week=1,
        pool=packed(map(somebody, range(1, pool + 1))),
        admirers=packed(map(somebody, range(100, 100 + admirers))),
    )


@given(standings(), st.integers(1, 20), st.data())
def test_everybody_is_shown_once_or_was_refused_or_still_waits(
    standing: Standing, limit: int, data: st.DataObject
) -> None:
    before = {who.user_id for who in standing.waiting}
    looked_at = finalists(standing, limit)
    outcomes = {who.user_id: data.draw(OUTCOMES) for who in looked_at.everybody}

    after = chosen(standing, looked_at, outcomes, limit)

    page, pool = [who.user_id for who in after.last_page], [who.user_id for who in after.waiting]
    refused = {each for each, outcome in outcomes.items() if outcome is not Outcome.SHOWN}
    assert len(page) <= limit
    assert len(set(page + pool)) == len(page + pool)
    assert before - refused <= set(page + pool)
    assert refused.isdisjoint(page + pool)
    assert after.shown == len(page)


@given(standings(), st.integers(1, 20), st.data())
def test_admirers_are_looked_at_once_a_level_until_they_were_met(
    standing: Standing, limit: int, data: st.DataObject
) -> None:
    everybody = {who.user_id for _, who in standing.untried()}
    later, tried = set(), []
    while looked_at := finalists(standing, limit).admirers:
        outcomes = {who.user_id: data.draw(OUTCOMES) for _, who in looked_at}
        tried += list(outcomes)
        later |= {each for each, outcome in outcomes.items() if outcome in LATER}
        others = {who.user_id: Outcome.SHOWN for who in finalists(standing, limit).others}
        standing = chosen(standing, finalists(standing, limit), outcomes | others, limit)

    assert sorted(tried) == sorted(everybody)
    assert {who.user_id for _, who in standing.widened().untried()} == later


def test_a_page_has_few_admirers_and_some_to_spare() -> None:
    standing = Standing(
        wishes="w",
        lap=1,
        week=1,
        pool=packed(map(somebody, range(1, 31))),
        admirers=packed(map(somebody, range(100, 110))),
    )
    looked_at = finalists(standing, 10)

    assert len(looked_at.admirers) == ADMIRERS_A_PAGE
    assert len(looked_at.everybody) == 10 + SPARE


@given(standings())
def test_a_standing_is_kept_as_it_is(standing: Standing) -> None:
    assert decoded(encoded(standing)) == standing


@given(standings(), st.integers(1, 20))
def test_a_page_that_is_put_back_is_shown_again(standing: Standing, limit: int) -> None:
    looked_at = finalists(standing, limit)
    all_fit = dict.fromkeys((who.user_id for who in looked_at.everybody), Outcome.SHOWN)
    shown = chosen(standing, looked_at, all_fit, limit)
    back = put_back(shown, shown.last_page)

    again = finalists(back, limit, admirers=0)

    assert [who.user_id for who in again.everybody][: len(shown.last_page)] == [
        who.user_id for who in shown.last_page
    ]
    assert back.shown == 0


def test_the_next_lap_rests_only_after_one_with_few_people() -> None:
    few = Standing(wishes="w", lap=1, week=1, shown=19, ended_at=1000)

    assert not may_begin(few.but(ended_at=None), 10**9)
    assert not may_begin(few, 1000 + REST_SECONDS - 1)
    assert may_begin(few, 1000 + REST_SECONDS)
    assert may_begin(few.but(shown=20), 1000)
    assert begun(few, "w", week=2) == Standing(wishes="w", lap=2, week=2)


@given(standings(), st.integers(1, 20), st.sets(st.integers(1, 130)))
def test_whoever_comes_to_like_the_member_waits_once_and_nobody_is_forgotten(
    standing: Standing, limit: int, fans: set[int]
) -> None:
    looked_at = finalists(standing, limit)
    outcomes = dict.fromkeys((who.user_id for who in looked_at.everybody), Outcome.SHOWN)
    before = chosen(standing, looked_at, outcomes, limit)
    on_page = {who.user_id for who in before.last_page}

    after = before.admired_by([somebody(number) for number in fans], 3600)

    admirers, pool = [who.user_id for _, who in after.untried()], after.waiting
    waiting = admirers + [who.user_id for who in pool]
    assert len(set(waiting)) == len(waiting)
    assert on_page.isdisjoint(admirers)
    assert {who.user_id for who in before.waiting} <= set(waiting)
    assert {who.user_id for _, who in before.untried()} <= set(admirers)
    assert {somebody(number).user_id for number in fans} <= {*waiting, *on_page, *_known(before)}
    assert after.admired_by([somebody(number) for number in fans], 3600) == after


def test_no_lap_keeps_more_admirers_than_a_hundred_and_fifty() -> None:
    standing = Standing(wishes="w", lap=1, week=1)

    for start in range(0, 500, 50):
        standing = standing.admired_by([somebody(start + number) for number in range(50)], start)

    assert len(unpacked(standing.admirers)) == ADMIRERS_KEPT_MAX


def _known(standing: Standing) -> set[str]:
    return {who.user_id for who in unpacked(standing.admirers)}
