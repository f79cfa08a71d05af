"""The ranker: its arithmetic against closed forms, and what it says and does not say."""

from math import log

import pytest
from brandkiln.library.models import Asset
from brandkiln.review import services
from brandkiln.review.logistic import auc, fit, solve
from brandkiln.review.models import Ranker, Step
from brandkiln.review.queries import waiting_for
from brandkiln.review.ranking import evidence_of, learn, learn_due, ready

from tests.brandkiln.review.conftest import text_of
from tests.factories import Cast


def test_a_system_of_equations_is_solved() -> None:
    assert solve([[4.0], [2.0, 3.0]], [10.0, 8.0]) == pytest.approx([1.75, 1.5])


def test_without_a_prior_the_weights_are_the_log_odds_of_the_table() -> None:
    rows = [[0.0]] * 40 + [[1.0]] * 40
    labels = [1] * 10 + [0] * 30 + [1] * 30 + [0] * 10
    intercept, weight = fit(rows, labels, prior=100)
    assert intercept == pytest.approx(log(10 / 30), abs=2e-3)
    assert weight == pytest.approx(log(9), abs=2e-3)
    assert abs(fit(rows, labels)[1]) < abs(weight)  # the prior holds it back


def test_auc_is_the_share_of_pairs_in_order() -> None:
    assert auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
    assert auc([1, 1, 1, 1], [0, 1, 0, 1]) == 0.5
    assert auc([1, 2], [1, 1]) is None


def decided(cast: Cast, number: int) -> None:
    """Approve a calm text and reject a loud one, each of its own job."""
    for loud in (False, True):
        body = f"Buy now{'!' * 9} Cheap {number}!" if loud else f"Felt keeps you warm, row {number}."
        piece = text_of(cast, [f"Number {number}", body])
        features = {
            "exclaims": 300.0 if loud else 0.0,
            "length": 5.0,
            "word:cheap" if loud else "word:felt": 1.0,
        }
        Step.objects.create(
            workspace=cast.acme, asset=piece, kind="rejected" if loud else "approved", by=cast.rita,
            sha256=piece.artifact.sha256, features=features, is_learned=False,
        )  # fmt: skip


def test_it_is_silent_until_it_knows_enough_then_sorts_and_says_why(cast: Cast) -> None:
    loud = text_of(cast, ["New", "Cheap!!!!!!!!! Now!!!!!!!!!"])
    services.ask(asset=loud, actor=cast.ben)
    calm = text_of(cast, ["New", "Felt is warm."])
    services.ask(asset=calm, actor=cast.ben)
    for number in range(4):
        decided(cast, number)
    assert learn_due() == 1
    assert learn_due() == 0  # nothing new
    text, _image = Ranker.objects.order_by("-about")
    assert (text.approved, text.refused, text.learned, text.auc) == (4, 4, {}, None)
    assert evidence_of(loud) is None
    for number in range(4, 12):
        decided(cast, number)
    rankers = learn(cast.acme)
    assert ready(rankers)
    assert rankers[0].auc == 1.0
    likely = [review.asset_id for review in waiting_for(cast.rita, cast.acme).order_by("-score")]
    assert likely == [calm.pk, loud.pk]
    evidence = evidence_of(loud)
    assert evidence is not None
    assert evidence.score < 0.5
    assert any("exclamation" in reason.words for reason in evidence.speaks_against)


def test_pieces_of_one_job_are_never_on_both_sides_of_the_test(cast: Cast) -> None:
    """Labels that follow the job alone can be learned by heart, and the held-out figure must not show it."""
    for number in range(12):
        piece = text_of(cast, ["A", "B"])
        for part in range(2):
            Step.objects.create(
                workspace=cast.acme, asset=piece, by=cast.rita, sha256=str(part),
                kind="approved" if number % 2 else "rejected",
                features={f"word:job{number}": 1.0, "length": 3.0}, is_learned=False,
            )  # fmt: skip
    ranker = learn(cast.acme)[0]
    assert Asset.objects.count() == 12
    assert ranker.auc is not None
    assert ranker.auc <= 0.6
    assert not ready([ranker])
