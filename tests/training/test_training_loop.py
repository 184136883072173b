"""A run of a few steps: it learns, stops where it is told, and resumes as if it had not."""

from __future__ import annotations

import json

import pytest
import torch

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled, UnreadableError
from reader.inference.chest_ct.loading import load_network
from reader.inference.packs.card import CardTraining
from reader.inference.packs.registry import load_spec
from reader.training.chest_ct import training_loop
from reader.training.chest_ct.card import write_pack
from reader.training.chest_ct.checkpoint import CHECKPOINT_NAME
from reader.training.chest_ct.gather import gather_hosts
from reader.training.chest_ct.procedural import procedural_host
from reader.training.chest_ct.training_loop import (
    Recipe,
    focal_loss,
    learning_rate_at,
    make_batch,
    train,
)
from tests.support.chest import TINY

RECIPE = Recipe(architecture=TINY, steps=4, batch=2, checkpoint_every=2, threads=1)


@pytest.fixture(scope="module")
def hosts():
    return [procedural_host(3)]


def run(hosts, folder, recipe=RECIPE, cancel=None, resume=False, log=None):
    folder.mkdir(exist_ok=True)
    token = cancel or CancelToken()
    return train(recipe, hosts, [1.0], folder, ignore_progress, token, resume=resume, log=log)


def test_a_run_that_was_stopped_ends_like_one_that_was_not(hosts, tmp_path):
    straight = run(hosts, tmp_path / "straight").state_dict()
    cancel = CancelToken()

    def stop_after_three(step):
        if step.step == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(hosts, tmp_path / "stopped", cancel=cancel, log=stop_after_three)
    seen = []
    resumed = run(hosts, tmp_path / "stopped", resume=True, log=lambda s: seen.append(s.step))
    assert seen == [4]
    for name, value in resumed.state_dict().items():
        assert torch.equal(value, straight[name]), name


def test_a_kill_between_checkpoints_costs_only_the_steps_since(hosts, tmp_path):
    def killed(step):
        if step.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(hosts, tmp_path / "killed", log=killed)
    assert not list((tmp_path / "killed").glob("*.part"))
    seen = []
    run(hosts, tmp_path / "killed", resume=True, log=lambda s: seen.append(s.step))
    assert seen == [3, 4]


def test_checkpoints_hold_no_pickle(hosts, tmp_path):
    run(hosts, tmp_path / "run")
    head = (tmp_path / "run" / CHECKPOINT_NAME).read_bytes()
    length = int.from_bytes(head[:8], "little")
    assert json.loads(head[8 : 8 + length])["__metadata__"]["step"] == "4"


def test_what_is_seen_again_is_learnt(hosts, tmp_path, monkeypatch):
    recipe = Recipe(
        architecture=TINY, steps=30, batch=2, checkpoint_every=100, threads=1, learning_rate=0.01
    )
    batch = make_batch(recipe, 7, hosts, [1.0])
    monkeypatch.setattr(training_loop, "make_batch", lambda *_: batch)
    seen = []
    run(hosts, tmp_path / "run", recipe, log=seen.append)
    assert seen[-1].heat_loss < 0.95 * seen[0].heat_loss
    assert seen[-1].lung_loss < 0.8 * seen[0].lung_loss


def test_a_step_sees_the_same_batch_whenever_it_runs(hosts):
    first = make_batch(RECIPE, 7, hosts, [1.0])
    again = make_batch(RECIPE, 7, hosts, [1.0])
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_the_learning_rate_warms_up_and_falls():
    recipe = Recipe(steps=100)
    rates = [learning_rate_at(recipe, step) for step in range(100)]
    assert rates[0] < rates[5] == pytest.approx(recipe.learning_rate)
    assert rates[-1] < 0.02 * recipe.learning_rate
    assert max(rates) == pytest.approx(recipe.learning_rate)


def test_the_loss_prefers_the_target_and_ignores_what_weighs_nothing():
    target = torch.zeros(1, 4, 4, 4)
    target[0, 1, 1, 1] = 1.0
    weight = torch.ones_like(target)
    right = torch.where(target > 0.5, 6.0, -6.0)
    assert focal_loss(right, target, weight) < 0.01 * focal_loss(-right, target, weight)
    weight[0, 1, 1, 1] = 0.0
    missed = torch.full_like(target, -6.0)
    assert focal_loss(missed, target, weight) < 0.01


def test_a_trained_pack_can_be_loaded(hosts, tmp_path):
    network = run(hosts, tmp_path / "run")
    training = CardTraining(summary="t", command="c", seed=1, commit="", steps=4)
    sha256 = write_pack(network, tmp_path / "pack", training, ())
    spec = load_spec(tmp_path / "pack")
    assert spec.identity.sha256 == sha256
    card = json.loads((tmp_path / "pack" / "model.json").read_text())
    card["architecture"] = TINY
    (tmp_path / "pack" / "model.json").write_text(json.dumps(card))
    loaded = load_network(load_spec(tmp_path / "pack")).state_dict()
    for name, value in network.state_dict().items():
        assert torch.allclose(loaded[name].float(), value.float(), atol=2e-3, rtol=2e-3)


def test_a_folder_without_any_case_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match="none of the scans"):
        gather_hosts(tmp_path, tmp_path / "work", ignore_progress, CancelToken(), procedural=0)


def test_procedural_lungs_alone_are_enough_to_try(tmp_path):
    hosts, shares = gather_hosts(
        tmp_path, tmp_path / "work", ignore_progress, CancelToken(), procedural=2
    )
    assert [h.name for h in hosts] == ["procedural-1000", "procedural-1001"]
    assert shares == [0.5, 0.5]
