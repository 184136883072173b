"""What lies far from the training images is said to; what lies among them is not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.errors import ModelUnavailableError
from reader.core.model import Eligibility, Verdict
from reader.inference.engine.familiarity import (
    fit_familiar,
    load_familiar,
    save_familiar,
    unlike_check,
    unlike_note,
    with_likeness,
)
from tests.support.fake_runner import fake_spec

FEATURES = 8


def points(seed: int, n: int = 60, away: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mixed = rng.standard_normal((n, FEATURES)) @ np.diag(np.arange(1, FEATURES + 1))
    return (mixed + away).astype(np.float32)


@pytest.fixture
def familiar():
    return fit_familiar({f"patient {n}": points(n) for n in range(4)})


def test_what_is_like_the_training_images_lies_among_them(familiar):
    assert 0.2 < familiar.share_nearer(points(9)) < 0.8


def test_what_is_unlike_them_lies_beyond_them(familiar):
    assert familiar.share_nearer(points(9, away=40.0)) == 1.0


def test_each_patient_is_measured_against_the_others():
    """A patient far from the others makes the distances wide, not narrow."""
    alike = fit_familiar({f"{n}": points(n) for n in range(3)})
    apart = fit_familiar({"0": points(0), "1": points(1), "2": points(2, away=30.0)})
    assert apart.distances[-1] > 3 * alike.distances[-1]
    assert (alike.patients, len(alike.distances)) == (3, 180)


def test_fewer_places_than_features_still_give_distances():
    few = fit_familiar({"0": points(0, n=3), "1": points(1, n=3)})
    assert np.isfinite(few.distances).all()
    assert few.share_nearer(points(5, away=100.0)) == 1.0


def test_no_place_says_nothing(familiar):
    assert familiar.share_nearer(np.zeros((0, FEATURES), np.float32)) is None
    assert unlike_check(None, familiar) is None


def test_the_verdict_and_the_words(familiar):
    assert unlike_check(0.4, familiar).verdict is Verdict.OK
    line = unlike_check(1.0, familiar)
    assert line.verdict is Verdict.CAUTION
    assert str(line.this_study) == "further than 99 % of them"
    assert str(line.card) == "240 places in 4 patients"
    assert str(unlike_note(1.0)) == (
        "These images are unlike those the model learned from (further than 99 % of them)."
    )


def test_the_eligibility_carries_it_only_where_it_is_a_caution(familiar):
    before = Eligibility(())
    assert with_likeness(before, 0.5, familiar) is before
    assert with_likeness(None, 0.5, familiar) is None
    after = with_likeness(None, 0.995, familiar)
    assert after.verdict is Verdict.CAUTION
    assert after.reasons == (unlike_note(0.995),)


def spec_with(folder: Path):
    file = {"path": "features.safetensors", "sha256": "0" * 64, "size_bytes": 1}
    return replace(fake_spec(), folder=folder, card={"features": {"ood": file}})


def test_it_comes_back_from_its_file(familiar, tmp_path):
    save_familiar(tmp_path / "features.safetensors", familiar)
    again = load_familiar(spec_with(tmp_path))
    assert again.patients == 4
    far = points(9, away=3.0)
    np.testing.assert_allclose(again.distance(far), familiar.distance(far), rtol=1e-3)


def test_a_pack_without_features_says_nothing():
    assert load_familiar(fake_spec()) is None


@pytest.mark.parametrize("content", [b"", b"no safetensors at all", None])
def test_a_broken_file_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "features.safetensors").write_bytes(content)
    with pytest.raises(ModelUnavailableError, match="training images"):
        load_familiar(spec_with(tmp_path))
