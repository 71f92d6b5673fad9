"""A civil sentence that names a group is not held for the name, and no group scores unlike another."""

from __future__ import annotations

import pytest

from benchmarks.fairness import Finding, findings
from moderation.classifier import Classifier
from moderation.classifier.classifier import SHIPPED


@pytest.fixture(scope="module", params=["full", "open"])
def found(request: pytest.FixtureRequest) -> list[Finding]:
    return list(findings(Classifier.load(SHIPPED / request.param)))


def test_no_civil_sentence_is_held_for_naming_a_group(found: list[Finding]) -> None:
    assert [text for finding in found for text in finding.held] == []


def test_one_group_scores_as_another(found: list[Finding]) -> None:
    assert max(finding.civil_spread for finding in found) == 0
    assert max(finding.rude_spread for finding in found) == 0
