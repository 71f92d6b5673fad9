"""What can be wrong with a model or with what it is to learn from."""

from moderation.errors import ModerationError


class ModelError(ModerationError):
    """A model cannot be used. `file` names the part, `reason` is a code such as `checksum`."""

    code = "model_invalid"

    def __init__(self, *, file: str, reason: str, **fields: object) -> None:
        super().__init__(file=file, reason=reason, **fields)


class ModelMissing(ModelError):
    """There is no model, or a part of it is not there."""

    code = "model_missing"


class ModelForeign(ModelError):
    """The folder holds something else than a model of ours."""

    code = "model_foreign"


class ModelAltered(ModelError):
    """A part is not what it was when the model was saved."""

    code = "model_altered"


class ModelTooNew(ModelError):
    """A later Taliq wrote the model; `format` is its number, `known` the newest that this one reads."""

    code = "model_too_new"


class CorpusError(ModerationError):
    """Labelled comments cannot be learned from."""

    code = "corpus_invalid"


class CorpusMissing(CorpusError):
    """There is no such folder, or no set in it."""

    code = "corpus_missing"


class CorpusUnreadable(CorpusError):
    """A file is not gzip, not UTF-8 or not JSON lines; `line` counts from 1."""

    code = "corpus_unreadable"


class CorpusColumns(CorpusError):
    """A row lacks a column or holds another type in it; `column` names it."""

    code = "corpus_columns"


class CorpusEmpty(CorpusError):
    """The sets hold no judged comment."""

    code = "corpus_empty"


class CorpusOneClass(CorpusError):
    """Every judged comment has the same answer, so there is nothing to tell apart; `label` names the class."""

    code = "corpus_one_class"


class DecisionsFew(CorpusError):
    """People have decided on fewer comments (`found`) than can be learned from (`least`)."""

    code = "decisions_few"


class DecisionsAlike(CorpusError):
    """Of rejections or approvals there are fewer than `least`."""

    code = "decisions_alike"
