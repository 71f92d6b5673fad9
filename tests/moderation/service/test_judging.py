"""What `decide()` saw is stored so that it can see it again."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from moderation.article import Record
from moderation.decision import Reason
from moderation.measure import MeasureKind
from moderation.policy import Context, Hits, Policy, decide
from moderation.score import LABELS, Scores
from moderation.service.judging import inputs_json, judgement_json, read
from tests.builders import TableScorer, scores

counts = st.integers(0, 10**6)
probability = st.floats(0, 1)
POLICY = Policy(site_id=1, number=7, new_commenter_until=2)


@given(
    st.builds(
        Context,
        record=st.builds(Record, visible=counts, rejected=counts, pending=counts, reported=counts),
        repeats=counts,
        links=counts,
        reports=counts,
        human_approved=st.booleans(),
        human_rejected=st.booleans(),
    ),
    st.builds(Hits, banned=st.tuples(st.text()), suspect=st.just(())),
    st.tuples(*[probability] * 6),
)
def test_the_stored_inputs_give_the_same_decision_again(
    context: Context, hits: Hits, given_scores: tuple[float, ...]
) -> None:
    values = Scores(model='m"1', reject=0.5, **dict(zip(LABELS, given_scores, strict=True)))
    stored = json.loads(inputs_json(judgement_json(values), context, hits, POLICY))
    visible, rejected, pending, reported = stored["record"]
    restored = Context(
        record=Record(visible=visible, rejected=rejected, pending=pending, reported=reported),
        **{name: stored[name] for name in ("repeats", "links", "reports", "human_approved", "human_rejected")},
        measure=MeasureKind(stored["measure"]) if "measure" in stored else None,
        measure_reason=Reason(stored["measure_reason"]) if stored.get("measure_reason") else None,
    )
    words = Hits(banned=tuple(stored["banned"]), suspect=tuple(stored["suspect"]))
    again = decide(Scores(model=stored["model"], reject=0.5, **stored["scores"]), restored, words, POLICY)
    assert again == decide(values, context, hits, POLICY)


def test_spelling_tricks_share_a_fold_and_other_texts_do_not() -> None:
    one, two, three = read(["كلـــب هنا", "كَلب   هنا", "قطة هنا"], TableScorer(), salts=lambda count: [b"salt"] * count)
    assert one.fold == two.fold != three.fold
    assert 0 <= one.fold < 2**63


def test_readings_come_in_order() -> None:
    readings = read(["rude", "fine"], TableScorer(), salts=lambda count: [b"salt"] * count)
    assert [reading.scores for reading in readings] == [scores(toxic=0.9, insult=0.8), scores()]
    assert readings[0]._replace(fold=0).language == "en"
