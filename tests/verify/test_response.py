import pytest

from mock_zuora.verify.response import Response


def response(text, status=400):
    return Response("GET /objects/jobs", status, {}, text)


@pytest.mark.parametrize(
    "text",
    [
        '{"code":71013040,"message":"x"}',
        '{"code": "71013040"}',
        '{"success": false, "processId": "12345678", "reasons": [{"code": 71013040, "message": "x"}]}',
        '{"details": [{"code": 71013040, "message": "x"}], "code": 71012520}',
    ],
)
def test_the_code_is_read_from_every_form_of_an_error(text):
    assert response(text).code == "71013040"


@pytest.mark.parametrize("text", ["", "<html>502</html>", '{"message": "Authentication error"}', '{"code": 42}', "[1]"])
def test_a_body_without_a_code_has_none(text):
    assert response(text).code == ""


@pytest.mark.parametrize("text", ["", "<html>", "[1]", "null", '"text"'])
def test_a_body_that_is_no_object_reads_as_an_empty_one(text):
    assert response(text).object == {}


def test_what_was_seen_is_one_short_line():
    seen = response("a\n\tb " + "x" * 1_000, 503).seen
    assert seen.startswith("GET /objects/jobs: 503 a b xxx")
    assert seen.endswith("…")
    assert len(seen) < 200


def test_only_2xx_is_a_success():
    assert response("", 200).is_success
    assert response("", 204).is_success
    assert not response("", 302).is_success


def test_only_401_and_403_deny_something():
    assert [each for each in (200, 400, 401, 403, 404, 429) if response("", each).is_denied] == [401, 403]
