import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route

from mock_zuora.control.paths import allowed_methods, last_text, matcher_of


def fits(pattern, path):
    return bool(matcher_of(pattern)(path))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/objects/jobs", "/objects/jobs"),
        ("/objects/jobs/*", "/objects/jobs/42"),
        ("/objects/jobs/*/files", "/objects/jobs/42/files"),
        ("/objects/**", "/objects/jobs/42/files"),
        ("**", "/oauth/token"),
        ("/objects/jobs*", "/objects/jobs"),
    ],
)
def test_path_matches_pattern(pattern, path):
    assert fits(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/objects/jobs", "/objects/jobs/42"),
        ("/objects/jobs/*", "/objects/jobs/42/files"),
        ("/objects/jobs/*", "/objects/jobs"),
        ("/objects/j?bs", "/objects/jobs"),
        ("/objects/[a-z]*", "/objects/jobs"),
        ("/objects/.*", "/objects/jobs"),
    ],
    ids=["longer", "two segments", "none", "no question mark", "no brackets", "no regular expression"],
)
def test_star_stays_in_its_segment_and_is_the_only_special_character(pattern, path):
    assert not fits(pattern, path)


def backtracking(pattern):
    """The plain regular expression of a pattern, which needs exponential time."""
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts), re.DOTALL)


@given(st.lists(st.sampled_from(["a", "b", "ab", "/", "*", "**"]), max_size=9), st.text("ab/\n", max_size=12))
def test_match_is_that_of_the_plain_expression(parts, path):
    pattern = "".join(parts)
    assert fits(pattern, path) == (backtracking(pattern).fullmatch(path) is not None)


SLOW = {
    "stars across segments": ("/" + "**a" * 9 + "**b", "/" + "a" * 120),
    "as many as possible": ("/" + "**a" * 330 + "**b", "a/" * 512),
    "stars within segments": ("/**" + "*a" * 400 + "b**", "/aaaa" * 200),
    "segments": ("/**" + "*/" * 490 + "b**", "/" * 1_024),
    "long text": ("/**" + "a" * 500 + "b**", "/" + "a" * 1_023),
}


@pytest.mark.parametrize(("pattern", "path"), SLOW.values(), ids=SLOW.keys())
def test_no_pattern_takes_long(pattern, path):
    start = process_time()
    assert not fits(pattern, path)
    # Milliseconds; backtracking would take years.
    assert process_time() - start < 2


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("/objects/jobs/*/files", "/files"), ("/**/a/**", "/a/"), ("/objects", "/objects"), ("**", ""), ("/***", "/")],
)
def test_last_text_is_not_a_star(pattern, text):
    assert last_text(pattern) == text


ROUTES = [
    Route("/jobs", print, methods=["POST"]),
    Route("/jobs", print, methods=["PUT"]),
    Route("/jobs/{id}", print, methods=["GET"]),
]


@pytest.mark.parametrize(("path", "methods"), [("/jobs", "POST, PUT"), ("/jobs/1", "GET, HEAD"), ("/", "")])
def test_allowed_methods_are_those_of_every_route_at_the_path(path, methods):
    assert allowed_methods(ROUTES, path) == methods
