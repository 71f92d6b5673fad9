"""The labelled sets that Taliq's own models learn from: what their annotators judged, and on what terms they came."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from moderation.score import Label


class Group(StrEnum):
    """A choice of training sets: all of them, or those under a stated permissive licence."""

    FULL = "full"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published set. Where annotators did not judge a class, its absence from a row says nothing.

    `permissive`: a permissive licence is stated. `natural`: rows were not picked for being offensive, so that their
    share can calibrate probabilities. `derived_from`: the set whose rows it contains in another spelling.
    """

    name: str
    judged: frozenset[Label]
    language: str
    domain: str
    licence: str
    origin: str
    permissive: bool = False
    natural: bool = True
    derived_from: str | None = None


NOT_STATED: Final = "none stated"


def _judged(labels: str) -> frozenset[Label]:
    return frozenset(map(Label, labels.split()))


SOURCES: Final = (
    Source(
        name="mpold",
        judged=_judged("toxic hate obscene"),
        language="ar",
        domain="comments on a broadcaster's pages on Twitter, Facebook and YouTube",
        licence="Apache-2.0 (LICENSE); its paper says CC-BY-NC",
        origin="shammur/Arabic-Offensive-Multi-Platform-SocialMedia-Comment-Dataset",
        permissive=True,
    ),
    Source(
        name="osact4",
        judged=_judged("toxic hate"),
        language="ar",
        domain="tweets",
        licence="CC BY 4.0 as listed by LLMeBench; none in the repository",
        origin="motazsaad/arabic-hatespeech-data",
        permissive=True,
    ),
    Source(
        name="osact5",
        judged=_judged("toxic hate threat obscene"),
        language="ar",
        domain="tweets found by emoji",
        licence=NOT_STATED,
        origin="MaeMilc/EPFL_Deep-Learning-Project_Hate-Speech",
    ),
    Source(
        name="sohateful",
        judged=_judged("toxic hate threat obscene spam"),
        language="ar",
        domain="tweets",
        licence=NOT_STATED,
        origin="steamiejoe/arabic-hate-speech",
    ),
    Source(
        name="lhsab",
        judged=_judged("toxic insult hate"),
        language="ar",
        domain="political tweets, Levantine",
        licence=NOT_STATED,
        origin="Hala-Mulki/L-HSAB",
    ),
    Source(
        name="omcd",
        judged=_judged("toxic"),
        language="ar",
        domain="YouTube comments, Moroccan",
        licence=NOT_STATED,
        origin="kabilessefar/OMCD",
    ),
    Source(
        name="dziriofn",
        judged=_judged("toxic insult obscene"),
        language="ar",
        domain="Facebook comments, Algerian",
        licence=NOT_STATED,
        origin="xprogramer/DziriOFN",
    ),
    Source(
        name="arabizi",
        judged=_judged("toxic"),
        language="arabizi",
        domain="social media",
        licence=NOT_STATED,
        origin="Imene1/Arabizi-offensive-language",
        derived_from="dziriofn",
    ),
    Source(
        name="alakrot",
        judged=_judged("toxic"),
        language="ar",
        domain="YouTube comments on videos of celebrities",
        licence=NOT_STATED,
        origin="omammar167/Arabic-Abusive-Datasets",
    ),
    Source(
        name="mubarak2017_tweets",
        judged=_judged("toxic insult obscene"),
        language="ar",
        domain="tweets and replies, Egyptian",
        licence="none stated; freely available for research",
        origin="omammar167/Arabic-Abusive-Datasets",
        natural=False,
    ),
    Source(
        name="mlma_fr",
        judged=_judged("toxic insult hate"),
        language="fr",
        domain="tweets found by keyword",
        licence="MIT",
        origin="HKUST-KnowComp/MLMA_hate_speech",
        permissive=True,
        natural=False,
    ),
    Source(
        name="toxic_spans_civil",
        judged=_judged("toxic insult hate threat obscene"),
        language="en",
        domain="comments of readers on news sites, picked as toxic",
        licence="CC0 1.0",
        origin="ipavlopoulos/toxic_spans",
        permissive=True,
        natural=False,
    ),
    Source(
        name="cat_wikipedia",
        judged=_judged("toxic"),
        language="en",
        domain="comments on Wikipedia talk pages",
        licence="Apache-2.0",
        origin="ipavlopoulos/context_toxicity",
        permissive=True,
    ),
    Source(
        name="davidson",
        judged=_judged("toxic hate obscene"),
        language="en",
        domain="tweets found by keyword",
        licence="MIT",
        origin="t-davidson/hate-speech-and-offensive-language",
        permissive=True,
        natural=False,
    ),
    Source(
        name="olid",
        judged=_judged("toxic insult"),
        language="en",
        domain="tweets found by keyword",
        licence=NOT_STATED,
        origin="idontflow/OLID",
    ),
    Source(
        name="md_agreement",
        judged=_judged("toxic"),
        language="en",
        domain="tweets",
        licence=NOT_STATED,
        origin="Le-Wi-Di/le-wi-di.github.io",
    ),
    Source(
        name="surge_toxicity",
        judged=_judged("toxic"),
        language="en",
        domain="social media comments, half of them toxic",
        licence="MIT",
        origin="surge-ai/toxicity",
        permissive=True,
        natural=False,
    ),
    Source(
        name="kaggle_insults",
        judged=_judged("toxic insult"),
        language="en",
        domain="comments on news sites, blogs and forums",
        licence="none stated; Kaggle competition",
        origin="AWConant/internet-hate-comments",
    ),
    Source(
        name="youtube_spam",
        judged=_judged("spam"),
        language="en",
        domain="YouTube comments",
        licence="none stated in the repository; UCI lists CC BY 4.0",
        origin="arshikachauhan/youtube-spam-comment-detector",
    ),
)

ARABIC_HELD_OUT: Final = ("mpold", "osact4", "osact5", "sohateful", "lhsab", "omcd", "dziriofn", "alakrot")
"""The sets that are left out one at a time to see how a model fares on comments from elsewhere."""

_BY_NAME: Final = {source.name: source for source in SOURCES}


def source_of(name: str, *, seen: frozenset[Label]) -> Source:
    """The source of that name. An unknown set counts as having judged the classes that it marks somewhere."""
    known = _BY_NAME.get(name)
    if known is not None:
        return known
    return Source(
        name=name, judged=seen | {Label.TOXIC}, language="unknown", domain="unknown", licence=NOT_STATED, origin="own"
    )
