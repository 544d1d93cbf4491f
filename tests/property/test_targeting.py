"""Whatever happened before, nobody is shown more than the limits allow."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.quiz import Quiz, Showing
from service.domain.targeting import DAY, SESSION, Candidate, Moment, Offered, Taken, choose, in_share
from service.domain.text import Text

HOUR = 3600 * 1_000_000

shows = st.builds(
    Showing,
    share=st.sampled_from([1.0, 0.5]),
    priority=st.integers(0, 2),
    at_most=st.integers(1, 3),
    again_after_days=st.sampled_from([None, 0, 1, 5]),
    ignores_quiet_days=st.booleans(),
)
streams = st.builds(Showing, at_most=st.integers(1, 2), per_order=st.just(True), ignores_quiet_days=st.booleans())
# What happens next: hours that pass, which visit asks, about which order, and whether what is shown is finished.
events = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["v1", "v2"]), st.sampled_from([None, 1, 2]), st.booleans()),
    max_size=40,
)


@settings(max_examples=50)
@given(st.lists(shows | streams, min_size=1, max_size=4), events, st.sampled_from([0, 2, 7]))
def test_no_limit_is_ever_exceeded(
    found: list[Showing], history: list[tuple[int, str, int | None, bool]], quiet: int
) -> None:
    quizzes = [Quiz(f"q{i}", "survey", Text(), (), show=show) for i, show in enumerate(found)]
    shown_by_id = {quiz.id: quiz.show for quiz in quizzes}
    offered: list[Offered] = []
    taken: list[Taken] = []
    now = 20_000 * DAY
    for hours, visit, order_id, finishes in history:
        now += hours * HOUR
        moment = Moment("customer:1", visit, now, now // DAY, tuple(offered), tuple(taken), order_id, quiet)
        choice = choose([Candidate(quiz) for quiz in quizzes], moment)
        assert len(choice.verdicts) == len(quizzes)
        assert [one.quiz_id for one in choice.verdicts if one.reason == "shown"] == (
            [choice.quiz_id] if choice.quiz_id else []
        )
        if choice.quiz_id is None:
            continue
        show = shown_by_id[choice.quiz_id]
        assert show is not None
        if choice.again:
            last = [one for one in offered if (one.quiz_id, one.visit) == (choice.quiz_id, visit)][-1]
            assert now - last.at < SESSION
        else:
            check_limits(show, choice.quiz_id, moment)
            offered.append(Offered(choice.quiz_id, now, visit, order_id))
        if finishes:
            taken.append(Taken(choice.quiz_id, now, now, order_id))


def check_limits(show: Showing, quiz_id: str, moment: Moment) -> None:
    mine = [one for one in moment.offered if one.quiz_id == quiz_id]
    done = [one.at for one in moment.taken if one.quiz_id == quiz_id]
    assert in_share(moment.person, quiz_id, show.share)
    if not show.ignores_quiet_days:
        assert all(moment.now - one.at >= moment.quiet_days * DAY for one in moment.offered if one.quiz_id != quiz_id)
    if show.per_order:
        of_order = [one for one in moment.offered if one.order_id == moment.order_id]
        assert moment.order_id is not None
        assert {one.quiz_id for one in of_order} <= {quiz_id}
        assert len(of_order) < show.at_most
        assert not any(one.order_id == moment.order_id for one in moment.taken)
        return
    if show.again_after_days is None:
        assert not done
    else:
        assert all(moment.now - at >= show.again_after_days * DAY for at in [*done, *(one.at for one in mine)])
    assert len([one for one in mine if one.at >= max(done, default=-1)]) < show.at_most


def test_the_highest_priority_wins_and_the_others_say_so() -> None:
    quizzes = [Quiz(name, "survey", Text(), (), show=Showing(priority=p)) for name, p in (("a", 0), ("b", 5), ("c", 5))]
    choice = choose([Candidate(one) for one in quizzes], Moment("p", "v", 0, 0))
    assert choice.quiz_id == "b"
    assert [one.reason for one in choice.verdicts] == ["outranked", "shown", "outranked"]


def test_a_share_is_drawn_once_and_is_about_as_large_as_asked() -> None:
    drawn = [in_share(f"customer:{i}", "nps", 0.2) for i in range(4000)]
    assert drawn == [in_share(f"customer:{i}", "nps", 0.2) for i in range(4000)]
    assert 0.17 < sum(drawn) / 4000 < 0.23
    assert all(in_share(f"customer:{i}", "nps", 1.0) for i in range(200))
