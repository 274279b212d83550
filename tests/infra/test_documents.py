"""The documents' made parts are what the code says now."""

import re
from pathlib import Path

import pytest

from infra import documents


@pytest.mark.parametrize("document", documents.DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_what_the_code_makes_of_it(document: Path) -> None:
    text = document.read_text()

    assert documents.PART.search(text)
    assert documents.written(text) == text, "run `make documents`"


def test_every_part_that_can_be_made_stands_somewhere() -> None:
    texts = [document.read_text() for document in documents.DOCUMENTS]
    named = {part["name"] for text in texts for part in documents.PART.finditer(text)}

    assert named == set(documents.PARTS)


def test_only_what_is_between_the_markers_changes() -> None:
    text = "before\n<!-- made: events -->\nold\n<!-- end -->\nafter\n"

    made = documents.written(text)

    assert made.startswith("before\n<!-- made: events -->\n| event | what it means |\n")
    assert made.endswith("|\n<!-- end -->\nafter\n")
    assert documents.written(made) == made


PAGES = sorted([documents.ROOT / "README.md", *(documents.ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_target_that_is_named_can_be_made(page: Path) -> None:
    named = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", page.read_text(), re.MULTILINE))
    targets = re.findall(r"^([a-z-]+):", (documents.ROOT / "Makefile").read_text(), re.MULTILINE)

    assert named - set(targets) == set()
