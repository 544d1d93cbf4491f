"""The condition language says what it means, also of what is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import conditions
from service.domain.conditions import Leaf, Node, dump, explain, facts_read, holds, parse
from service.domain.errors import DefinitionError


def problem_of(document: object, **kwargs: object) -> str:
    with pytest.raises(DefinitionError) as caught:
        parse(document, **kwargs)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize("op", ["eq", "ne", "lt", "lte", "gt", "gte", "in", "has"])
def test_a_missing_fact_makes_every_comparison_false(op: str) -> None:
    value: object = ["x"] if op == "in" else "x"
    assert not holds(parse({"fact": "orders.count", "op": op, "value": value}), {})


def test_absent_or_different_is_written_with_not() -> None:
    condition = parse({"not": {"fact": "rfm.group", "op": "eq", "value": "lost"}})
    assert holds(condition, {})
    assert holds(condition, {"rfm.group": "new"})
    assert not holds(condition, {"rfm.group": "lost"})


@pytest.mark.parametrize(
    ("op", "found", "value", "expected"),
    [
        ("eq", 3, 3, True),
        ("eq", 3, 3.0, True),
        ("eq", "3", 3, True),
        ("ne", "a", "b", True),
        ("lt", 2, 3, True),
        ("lt", 3, 3, False),
        ("lte", 3, 3, True),
        ("gt", 4, 3, True),
        ("gte", 3, 3, True),
        ("gt", "a long text", 3, False),
        ("gt", 10, "3", False),
        ("in", "b", ["a", "b"], True),
        ("in", ("x", "b"), ["a", "b"], True),
        ("has", ("a", "b"), "b", True),
        ("has", "b", "b", True),
        ("has", ("a",), "b", False),
        ("exists", 0, True, True),
        ("exists", None, False, True),
        ("exists", "x", False, False),
    ],
)
def test_comparisons(op: str, found: object, value: object, expected: bool) -> None:
    assert holds(parse({"fact": "f", "op": op, "value": value}), {"f": found}) is expected


def test_order_is_for_numbers_so_a_text_is_never_greater_by_its_length() -> None:
    assert not holds(Leaf("f", "gt", 2), {"f": "abc"})


def test_groups_nest() -> None:
    condition = parse(
        {"all": [{"any": [{"fact": "a", "value": 1}, {"fact": "b", "value": 1}]}, {"not": {"fact": "c", "value": 1}}]}
    )
    assert holds(condition, {"b": 1})
    assert not holds(condition, {"b": 1, "c": 1})


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], "when: a condition is a mapping"),
        ({}, "found nothing"),
        ({"fact": "a", "op": "eqs", "value": 1}, "did you mean eq?"),
        ({"fact": "a", "op": "eq"}, "when.value: eq needs a value"),
        ({"fact": "a", "op": "in", "value": "x"}, "in takes a list"),
        ({"fact": "a", "op": "eq", "value": [1]}, "compares with one text or number"),
        ({"fact": "a", "op": "eq", "value": float("nan")}, "compares with one text or number"),
        ({"fact": "", "op": "eq", "value": 1}, "when.fact: expected the name of a fact"),
        ({"fact": "a", "op": "eq", "value": 1, "extra": 1}, "when.extra: unknown key"),
        ({"all": []}, "when.all: expected a list"),
        ({"any": [{"fact": "a", "value": 1}, 7]}, "when.any[1]: a condition is a mapping"),
        ({"fact": "a", "op": "exists", "value": "x"}, "exists takes true or false"),
    ],
)
def test_a_wrong_condition_is_refused_with_its_path(document: object, expected: str) -> None:
    assert expected in problem_of(document)


def test_every_problem_is_reported_not_only_the_first() -> None:
    message = problem_of({"all": [{"fact": "a", "op": "zz", "value": 1}, {"fact": "b", "op": "eq"}]})
    assert "all[0].op" in message
    assert "all[1].value" in message


def test_conditions_do_not_nest_without_end() -> None:
    document: object = {"fact": "a", "value": 1}
    for _ in range(conditions.MAX_DEPTH + 2):
        document = {"not": document}
    assert "nest at most" in problem_of(document)


def test_an_unknown_fact_is_refused_by_the_caller_s_vocabulary() -> None:
    assert "no such fact" in problem_of({"fact": "a", "value": 1}, known=lambda name: "no such fact")


def test_explain_gives_the_found_value_and_a_verdict_at_each_node() -> None:
    verdict = explain(parse({"all": [{"fact": "a", "op": "gte", "value": 2}, {"fact": "b", "value": 1}]}), {"a": 3})
    assert not verdict.holds
    assert [(child.found, child.holds) for child in verdict.children] == [(3, True), (None, False)]


scalars = st.one_of(st.integers(-5, 5), st.sampled_from(["a", "b", "yes"]))
names = st.sampled_from(["f", "g", "h"])
leaves = st.one_of(
    st.builds(Leaf, names, st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte", "has"]), scalars),
    st.builds(Leaf, names, st.just("in"), st.lists(scalars, min_size=1, max_size=3).map(tuple)),
    st.builds(Leaf, names, st.just("exists"), st.integers(0, 1)),
)
trees = st.recursive(
    leaves,
    lambda children: st.one_of(
        st.builds(Node, st.sampled_from(["all", "any"]), st.lists(children, min_size=1, max_size=3).map(tuple)),
        st.builds(Node, st.just("not"), children.map(lambda child: (child,))),
    ),
    max_leaves=12,
)
facts = st.dictionaries(names, st.one_of(scalars, st.lists(scalars, max_size=3).map(tuple)))


@given(trees)
def test_parse_undoes_dump(tree: conditions.Condition) -> None:
    assert parse(dump(tree)) == tree


@given(trees, facts)
def test_explain_agrees_with_holds(tree: conditions.Condition, known: dict[str, object]) -> None:
    assert explain(tree, known).holds is holds(tree, known)


@given(trees, facts)
def test_not_is_always_the_opposite(tree: conditions.Condition, known: dict[str, object]) -> None:
    assert holds(Node("not", (tree,)), known) is not holds(tree, known)


@given(trees, facts)
def test_only_the_facts_it_reads_matter(tree: conditions.Condition, known: dict[str, object]) -> None:
    read = facts_read(tree)
    assert holds(tree, known) is holds(tree, {name: value for name, value in known.items() if name in read})
