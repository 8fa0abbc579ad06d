import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.labeling.finding import FIELDS, BadQuery, parse
from annotate.labeling.finding.syntax import All, Any, Condition, Not, Range, Text, Value, parse_tree, render

# All that the grammar gives a meaning to, and what people paste.
letters = st.text(st.sampled_from('ab1 *"\\-().:<>=_é因%\n') | st.characters(codec="utf-8", exclude_characters="\0"))
text = letters.filter(lambda t: any(c.isalnum() for c in t))
bare = st.from_regex(r"[a-z\\{}^-]{0,5}[a-z0-9]{1,5}", fullmatch=True).filter(lambda t: not t.startswith("-"))
name = st.from_regex(r"[a-z_]{1,8}", fullmatch=True) | st.builds(
    lambda key: f"score.{key}", letters.filter(lambda t: bool(t))
)
bound = st.from_regex(r"[0-9a-z:-]{1,5}", fullmatch=True)
condition = (
    st.builds(Condition, name, st.just(":"), st.builds(Value, letters))
    | st.builds(Condition, name, st.just(":"), st.builds(Value, bare | st.just(""), st.just(True)))
    | st.builds(Condition, name, st.just(":"), st.builds(Range, bound, bound | st.none()))
    | st.builds(Condition, name, st.just(":"), st.builds(Range, st.none(), bound))
    | st.builds(Condition, name, st.sampled_from(["<", "<=", ">", ">="]), st.builds(Value, letters))
)
leaf = st.builds(Text, text) | st.builds(Text, bare, st.just(True)) | condition
several = {"min_size": 2, "max_size": 4}


def grow(inner):
    def apart(kind, parts):  # "a (b c)" and "a b c" are one tree
        return tuple(q for p in parts for q in (p.parts if isinstance(p, kind) else (p,)))

    return (
        st.lists(inner, **several).map(lambda parts: All(apart(All, parts)))
        | st.lists(inner, **several).map(lambda parts: Any(apart(Any, parts)))
        | inner.map(lambda node: node.inner if isinstance(node, Not) else Not(node))
    )


# The machine may be busy with a dozen other things.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(st.recursive(leaf, grow, max_leaves=12))
def test_what_is_written_out_is_read_back_as_the_same(tree):
    assert parse_tree(render(tree)) == tree


@patient
@given(letters)
def test_whatever_is_typed_is_understood_or_explained_with_a_place(typed):
    try:
        tree = parse_tree(typed)
    except BadQuery as error:
        wrong = error
    else:
        assert parse_tree(render(tree)) == tree
        return
    assert 0 <= wrong.position <= len(typed)
    assert wrong.errors[0].position == wrong.position


@pytest.mark.parametrize(
    ("query", "plainly"),
    [
        ("a  b\tOR c", "a b OR c"),
        ("a AND (b AND c)", "a b c"),
        ("(a OR b) c", "(a OR b) c"),
        ("--a -(b c)", "a -(b c)"),
        (r"\frac{1}{2} x^2", r"\frac{1}{2} x^2"),
        ('"say ""hi"" \\"', '"say ""hi"" \\"'),
        ("Outcome=wrong", "outcome:wrong"),
        ('score."my prm"<=.5 steps:3..', 'score."my prm"<=.5 steps:3..'),
        ('"OR" or', '"OR" or'),
        ("因此 deriv*", "因此 deriv*"),
        ("  ", ""),
    ],
)
def test_a_query_in_its_plainest_form(query, plainly):
    assert str(parse(query)) == plainly


@pytest.mark.parametrize(
    ("query", "position", "says"),
    [
        ("a foo:1", 2, "There is no field foo. Known are: outcome,"),
        ("outcom:wrong", 0, "Did you mean outcome?"),
        ("x (a OR", 5, "OR stands between"),
        ("a b)", 3, "closes nothing"),
        ("a (b", 2, "never closed"),
        ('a "b', 2, "never closed"),
        ("a ()", 2, "nothing between"),
        ("a outcome:", 2, "lacks a value"),
        ("outcome:maybe", 8, "right, wrong, unknown"),
        ("steps>many", 6, "a whole number"),
        ("score.prm:2..x", 10, "a number"),
        ("score:0.5", 0, "needs a name: write score.SCORER<0.5"),
        ("created>yesterday", 8, "a date like 2026-01-31"),
        ("created:2026-02-30", 8, "a date like 2026-01-31"),
        ("generator>x", 0, "can't be compared"),
        ("a +++ b", 2, "no letter or digit"),
        ("x" * 5000, 4000, "4000 characters"),
        ("x " * 101, 200, "100 words"),
        ("a\0", 1, "U+0000"),
        ("x" * 2001, 0, "2,000"),
        ("-" + "(" * 80 + "a", 51, "50 deep"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(query, position, says):
    with pytest.raises(BadQuery) as caught:
        parse(query)
    assert says in caught.value.message
    assert caught.value.position == position


def test_fields_that_tell_who_are_unknown_to_those_who_may_not_see_it():
    assert str(parse("by:ada")) == "by:ada"
    with pytest.raises(BadQuery, match="There is no field by") as caught:
        parse("by:ada", sees_people=False)
    assert " by," not in caught.value.message


def test_nothing_that_was_typed_is_in_the_sql():
    evil = "x'); DROP TABLE corpus_step; -- %s %(project)s"
    quoted = '"' + evil + '"'
    for field in FIELDS.values():
        name = field.name + quoted + "<0.5" if field.name.endswith(".") else f"{field.name}:{quoted}"
        try:
            query = parse(name)
        except BadQuery:
            continue  # a number, a date, one of a few words
        for kind in ("trace", "choice"):
            sql, params = query.where(kind)
            assert "DROP" not in sql
            assert all(key.startswith(f"find_{kind}_") for key in params)
    sql, params = parse(f'{quoted} "y"').where("trace")
    assert "DROP" not in sql
    assert evil in params.values()
