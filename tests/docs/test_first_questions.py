"""The home page links to the answers of the questions that people ask first."""

import re
import tomllib
from pathlib import Path

import pytest

from scripts.docs.blocks import DOCS

QUESTIONS = tomllib.loads(Path(__file__).with_name("first_questions.toml").read_text("utf-8"))["questions"]
LINKS = set(re.findall(r"\]\(([^)]+)\)", (DOCS / "index.md").read_text("utf-8")))


def anchor_of(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def answer_at(link):
    """The page, or its section from the heading with the anchor to the next heading of the same level."""
    page, _, anchor = link.partition("#")
    text = (
        (DOCS / page)
        .read_text("utf-8")
        .replace('--8<-- "SECURITY.md"', (DOCS.parent / "SECURITY.md").read_text("utf-8"))
    )
    if not anchor:
        return text
    headings = list(re.finditer(r"^(#+) (.*)$", text, re.MULTILINE))
    [start] = [each for each in headings if anchor_of(each[2]) == anchor]
    ends = [each.start() for each in headings if each.start() > start.start() and len(each[1]) <= len(start[1])]
    return text[start.start() : min(ends, default=len(text))]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["question"])
def test_question_is_answered_one_click_from_home(question):
    assert question["answer"] in LINKS
    answer = answer_at(question["answer"])
    assert [word for word in question["words"] if word not in answer] == []


def test_questions_have_different_answers():
    assert len({question["answer"] for question in QUESTIONS}) == len(QUESTIONS) >= 18
