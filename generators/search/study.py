"""What Optuna advises on a search whose trials are given: nothing is stored here, so nothing can be lost."""

from __future__ import annotations

import warnings
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner, NopPruner
from optuna.trial import TrialState, create_trial

FEWEST_FOR_IMPORTANCE = 4
RUNGS = 8
"""Moments of a training, at equal shares of it, at which trials are compared."""
STATES = {
    "done": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
    "running": TrialState.RUNNING,
}


def advise(asked: dict[str, Any]) -> dict[str, Any]:
    """Return which settings to try next, which running trials to give up, and how much each param matters.

    The sampler is a tree-structured Parzen estimator, which takes running trials for bad ones so that it asks for
    others; the first trials are drawn at random.

    Args:
        asked: `space`, a list of ranges; `trials`, in the order of their numbers, each with `state` (done, pruned,
            failed or running), `settings`, `value` (smaller is better, None without) and `rungs` (the value by rung,
            1 to RUNGS); `ask`, how many settings are wanted; `planned`, how many trials there will be; `pruning`,
            median, hyperband or none; and `seed`.

    Returns:
        `settings`, as many as were asked for; `prune`, places in `trials`; `importance`, shares by param that sum
        to 1, empty where too few trials have ended.

    Source: Bergstra et al. 2011, Algorithms for hyper-parameter optimization (sampler); Li et al. 2018, Hyperband,
        https://arxiv.org/abs/1603.06560; Watanabe et al. 2023, PED-ANOVA, https://arxiv.org/abs/2304.10255
        (importance).
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    space = {one["name"]: _distribution(one) for one in asked["space"]}
    trials = asked["trials"]
    study = optuna.create_study(
        study_name="search",  # Hyperband deals trials out by a hash of it
        sampler=optuna.samplers.TPESampler(
            seed=(asked["seed"] + len(trials)) % 2**32,
            n_startup_trials=max(4, min(10, asked["planned"] // 3)),
            constant_liar=True,
        ),
        pruner=_pruner(asked["pruning"]),
    )
    for trial in trials:
        study.add_trial(
            create_trial(
                state=STATES[trial["state"]],
                params=trial["settings"],
                distributions=space,
                value=trial["value"] if trial["state"] in ("done", "pruned") else None,
                intermediate_values={int(rung): value for rung, value in trial["rungs"].items()},
            )
        )
    known = study.get_trials()
    prune = [
        place
        for place, trial in enumerate(known)
        if trial.state == TrialState.RUNNING
        and trial.intermediate_values
        and study.pruner.prune(study, trial)
    ]
    return {
        "prune": prune,
        "settings": [study.ask(space).params for _ in range(asked["ask"])],
        "importance": _importance(study),
    }


def _distribution(one: dict[str, Any]) -> BaseDistribution:
    if one["choices"]:
        return CategoricalDistribution(one["choices"])
    if one["whole"]:
        return IntDistribution(int(one["low"]), int(one["high"]), log=one["log"])
    return FloatDistribution(one["low"], one["high"], log=one["log"])


def _pruner(name: str) -> BasePruner:
    if name == "median":
        return MedianPruner(n_startup_trials=3, n_warmup_steps=1)
    if name == "hyperband":
        return HyperbandPruner(min_resource=1, max_resource=RUNGS, reduction_factor=2)
    return NopPruner()


def _importance(study: optuna.Study) -> dict[str, float]:
    values = {trial.value for trial in study.get_trials(states=[TrialState.COMPLETE])}
    if len(values) < FEWEST_FOR_IMPORTANCE:
        return {}
    return get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())
