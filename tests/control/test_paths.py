import pytest

from mock_zuora.control.paths import matches_pattern as fits


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
