"""The registry: what comes in, which model judges, what runs in its shadow, the way back, and who may."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.classifier.classifier import SHIPPED
from moderation.classifier.errors import ModelAltered, ModelError, ModelMissing
from moderation.decision import Outcome
from moderation.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion, Unavailable
from moderation.model import NOTHING_CHOSEN
from moderation.ports import EventFilter
from moderation.roles import Role
from moderation.service import audit, intake, models
from moderation.service.judges import Judges
from tests.builders import OPERATOR, SITE, Newsroom, TableScorer, incoming

OPEN, FULL = SHIPPED / "open", SHIPPED / "full"


def add(newsroom: Newsroom, folder: Path = OPEN) -> str:
    return models.add(newsroom.desk, newsroom.admin, folder).version


def in_use(newsroom: Newsroom):
    return models.registry(newsroom.desk, newsroom.admin).in_use


def events(newsroom: Newsroom):
    page = audit.events(newsroom.desk, OPERATOR, site=None, where=EventFilter(), limit=10)
    return [(row.type, row.actor, row.subject) for row in page.rows if row.type.startswith("model:")]


def test_a_model_comes_in_whole_with_its_story(newsroom: Newsroom) -> None:
    model = models.add(newsroom.desk, newsroom.admin, OPEN)
    (listed,) = models.registry(newsroom.desk, newsroom.people[Role.AUDITOR]).models
    assert listed == model
    assert model.about == json.loads((OPEN / "manifest.json").read_text())["about"]
    assert (model.added_by, model.added_at) == ("admin:admin-1", newsroom.clock.at)
    with newsroom.desk.read() as uow:
        files = uow.models.files(model.version)
    assert files == {path.name: path.read_bytes() for path in OPEN.iterdir() if path.suffix in (".npy", ".json")}
    assert model.size == sum(map(len, files.values()))
    assert events(newsroom) == [("model:added", "admin:admin-1", f"model:{model.version}")]


def test_a_model_comes_in_once(newsroom: Newsroom) -> None:
    add(newsroom)
    with pytest.raises(Conflict):
        add(newsroom)


def test_a_model_that_is_not_whole_stays_outside(newsroom: Newsroom, tmp_path: Path) -> None:
    shutil.copytree(OPEN, tmp_path / "cut")
    (tmp_path / "cut" / "weights.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(ModelAltered):
        add(newsroom, tmp_path / "cut")
    with pytest.raises(ModelMissing):
        add(newsroom, tmp_path / "nowhere")
    assert models.registry(newsroom.desk, newsroom.admin).models == ()
    assert events(newsroom) == []


@pytest.mark.parametrize("part", ["../../outside", "manifest.json/..", "A", ""])
def test_a_manifest_names_no_file_but_its_own(newsroom: Newsroom, tmp_path: Path, part: str, monkeypatch) -> None:
    shutil.copytree(OPEN, tmp_path / "model")
    path = tmp_path / "model" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["sha256"][part] = "0" * 64
    monkeypatch.setattr("moderation.classifier.artifact._checksum", lambda _: manifest["version"][-8:])
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError):
        add(newsroom, tmp_path / "model")


def test_a_version_that_could_not_be_written_in_a_log_is_refused(newsroom: Newsroom, tmp_path: Path) -> None:
    shutil.copytree(OPEN, tmp_path / "model")
    path = tmp_path / "model" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["version"] = "<b>x\n-" + manifest["version"].rpartition("-")[2]
    path.write_text(json.dumps(manifest))
    with pytest.raises(Invalid):
        add(newsroom, tmp_path / "model")


def test_promoting_names_what_judges_and_the_way_back_leads_to_what_judged_before(newsroom: Newsroom) -> None:
    first, second = add(newsroom), add(newsroom, FULL)
    assert in_use(newsroom) == NOTHING_CHOSEN
    models.promote(newsroom.desk, newsroom.admin, first, note="fewer errors on dialects")
    use = models.promote(newsroom.desk, newsroom.admin, second)
    assert (use.number, use.live) == (2, second)
    assert models.roll_back(newsroom.desk, newsroom.admin).live == first
    models.promote(newsroom.desk, newsroom.admin, None)
    assert in_use(newsroom).live is None
    assert models.roll_back(newsroom.desk, newsroom.admin).live == first
    numbers = [(use.number, use.live, use.by) for use in models.registry(newsroom.desk, newsroom.admin).uses]
    assert [number for number, *_ in numbers] == [5, 4, 3, 2, 1]
    assert {by for *_, by in numbers} == {"admin:admin-1"}
    kinds = [kind for kind, *_ in events(newsroom)]
    assert kinds == ["model:promoted"] * 5 + ["model:added"] * 2


def test_rolling_back_the_first_choice_leads_to_the_process_s_own_model(newsroom: Newsroom) -> None:
    with pytest.raises(Conflict):
        models.roll_back(newsroom.desk, newsroom.admin)
    models.promote(newsroom.desk, newsroom.admin, add(newsroom))
    assert models.roll_back(newsroom.desk, newsroom.admin).live is None


def test_choosing_what_is_not_there_or_in_use_already_is_refused(newsroom: Newsroom) -> None:
    version = add(newsroom)
    with pytest.raises(NotFound):
        models.promote(newsroom.desk, newsroom.admin, "nothing-00000000")
    with pytest.raises(Conflict):
        models.promote(newsroom.desk, newsroom.admin, None)
    models.promote(newsroom.desk, newsroom.admin, version)
    for choose in (models.promote, models.shadow):
        with pytest.raises(Conflict):
            choose(newsroom.desk, newsroom.admin, version)
    with pytest.raises(Invalid):
        models.promote(newsroom.desk, newsroom.admin, None, note="x" * 1_001)
    assert in_use(newsroom).number == 1


def test_two_admins_get_one_winner(newsroom: Newsroom) -> None:
    first, second = add(newsroom), add(newsroom, FULL)
    seen = in_use(newsroom).number
    models.promote(newsroom.desk, newsroom.admin, first, seen_number=seen)
    with pytest.raises(StaleVersion) as refused:
        models.promote(newsroom.desk, newsroom.admin, second, seen_number=seen)
    assert refused.value.fields["what"] == "model_use"
    assert in_use(newsroom).live == first


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_changes_the_registry(newsroom: Newsroom, role: Role) -> None:
    version, caller = add(newsroom), newsroom.people[role]
    for act in (
        lambda: models.add(newsroom.desk, caller, FULL),
        lambda: models.promote(newsroom.desk, caller, version),
        lambda: models.shadow(newsroom.desk, caller, version),
        lambda: models.roll_back(newsroom.desk, caller),
    ):
        with pytest.raises(Forbidden):
            act()
    assert in_use(newsroom) == NOTHING_CHOSEN


def test_a_moderator_does_not_read_the_registry(newsroom: Newsroom) -> None:
    for act in (
        lambda: models.registry(newsroom.desk, newsroom.moderator),
        lambda: models.shadow_tally(newsroom.desk, newsroom.moderator, "any"),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_registry_is_append_only(newsroom: Newsroom) -> None:
    models.promote(newsroom.desk, newsroom.admin, add(newsroom))
    for table in ("models", "model_files", "model_uses"):
        column = "number" if table == "model_uses" else "version"
        changes = (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}")  # noqa: S608 -- names from above
        for statement in changes:
            with newsroom.plant.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
                connection.exec_driver_sql(statement)


def test_a_model_in_the_shadow_scores_without_effect_and_its_outcomes_are_counted(newsroom: Newsroom) -> None:
    version = add(newsroom)
    models.shadow(newsroom.desk, newsroom.admin, version)
    strict = TableScorer(version=version, table={"mild": {"toxic": 0.99}, "rude": {"toxic": 0.9}})
    newsroom = replace(newsroom, desk=replace(newsroom.desk, shadow=lambda: strict))
    newsroom.set_policy(new_commenter_until=0)
    mild, rude = newsroom.submit(incoming("a mild word"), incoming("a rude word"))
    assert (mild.outcome, rude.outcome) == (Outcome.APPROVE, Outcome.HOLD)
    assert (mild.scores.model, rude.scores.model) == ("test-1", "test-1")
    intake.edit(newsroom.desk, newsroom.key, mild.external_id, "a nice word")
    tally = models.shadow_tally(newsroom.desk, newsroom.people[Role.EDITOR], version, site=SITE)
    counted = {(row.live, row.shadow): row.comments for row in tally.outcomes}
    assert counted == {
        (Outcome.APPROVE, Outcome.HOLD): 1,
        (Outcome.HOLD, Outcome.HOLD): 1,
        (Outcome.APPROVE, Outcome.APPROVE): 1,
    }
    assert (tally.comments, tally.agreed, tally.since) == (3, 2, newsroom.clock.at)
    models.shadow(newsroom.desk, newsroom.admin, None)
    assert models.shadow_tally(newsroom.desk, newsroom.admin, version).comments == 3


def test_promoting_the_shadow_ends_the_shadow(newsroom: Newsroom) -> None:
    version = add(newsroom)
    models.shadow(newsroom.desk, newsroom.admin, version)
    models.promote(newsroom.desk, newsroom.admin, version)
    assert (in_use(newsroom).live, in_use(newsroom).shadow) == (version, None)


def test_a_running_process_takes_up_what_was_chosen(newsroom: Newsroom) -> None:
    own = TableScorer(version="own")
    judges = Judges(lambda: own, newsroom.desk.read)
    assert (judges.version, judges.shadow()) == ("own", None)
    assert not judges.is_chosen()
    version, other = add(newsroom), add(newsroom, FULL)
    models.promote(newsroom.desk, newsroom.admin, version)
    models.shadow(newsroom.desk, newsroom.admin, other)
    assert judges.version == "own"
    assert judges.is_chosen()
    judges.renew()
    assert (judges.version, judges.shadow().version) == (version, other)
    assert judges.score(["تعليق"])[0].model == version
    models.promote(newsroom.desk, newsroom.admin, other)
    judges.renew()
    assert (judges.version, judges.shadow()) == (other, None)
    models.promote(newsroom.desk, newsroom.admin, None)
    judges.renew()
    assert judges.version == "own"
    assert not judges.is_chosen()


def test_a_process_asks_the_registry_again_after_a_while(newsroom: Newsroom, monkeypatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("moderation.service.judges.monotonic", lambda: clock[0])
    judges = Judges(lambda: TableScorer(version="own"), newsroom.desk.read)
    assert judges.version == "own"
    version = add(newsroom)
    models.promote(newsroom.desk, newsroom.admin, version)
    assert judges.version == "own"
    clock[0] += 6
    assert judges.version == version


def test_a_model_that_cannot_be_loaded_leaves_the_one_before(newsroom: Newsroom, monkeypatch, caplog) -> None:
    judges = Judges(lambda: TableScorer(version="own"), newsroom.desk.read)
    assert judges.version == "own"
    models.promote(newsroom.desk, newsroom.admin, add(newsroom))

    def broken(_):
        raise ModelError(file="manifest.json", reason="json")

    monkeypatch.setattr("moderation.classifier.packing.unpacked", broken)
    judges.renew()
    assert judges.version == "own"
    assert "cannot be used" in caplog.text


def test_a_database_that_does_not_answer_leaves_the_model(newsroom: Newsroom) -> None:
    def away():
        raise Unavailable(kind="away")

    judges = Judges(lambda: TableScorer(version="own"), away)
    assert judges.version == "own"
    judges.renew()
    assert judges.version == "own"
    assert judges.is_chosen()
