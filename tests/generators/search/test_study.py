"""What Optuna is told and advises."""

from typing import Any

from generators.search.study import advise

SPACE = [
    {"name": "rate", "low": 1e-4, "high": 1e-2, "log": True, "whole": False, "choices": []},
    {"name": "width", "low": 2, "high": 9, "log": False, "whole": True, "choices": []},
    {"name": "warm", "low": None, "high": None, "log": False, "whole": False, "choices": [False, True]},
]


def question(**changes: Any) -> dict[str, Any]:
    trials = [
        {
            "state": "done",
            "settings": {"rate": 1e-3, "width": 2 + number, "warm": bool(number % 2)},
            "value": number / 10,
            "rungs": {"1": 0.5 + number / 10, "4": number / 10},
        }
        for number in range(5)
    ]
    return {
        "space": SPACE,
        "trials": trials,
        "ask": 2,
        "planned": 12,
        "pruning": "median",
        "seed": 1,
    } | changes


def running(value: float) -> dict[str, Any]:
    settings = {"rate": 1e-3, "width": 5, "warm": True}
    return {"state": "running", "settings": settings, "value": None, "rungs": {"1": value, "4": value}}


def test_the_same_question_gets_the_same_answer_within_the_ranges() -> None:
    answer = advise(question())
    assert answer == advise(question())
    assert len(answer["settings"]) == 2
    for settings in answer["settings"]:
        assert 1e-4 <= settings["rate"] <= 1e-2
        assert settings["width"] in range(2, 10)
        assert settings["warm"] in (False, True)


def test_a_training_behind_the_median_is_given_up_and_one_ahead_goes_on() -> None:
    trials = [*question()["trials"], running(0.9), running(0.05)]
    assert advise(question(trials=trials))["prune"] == [5]
    assert advise(question(trials=trials, pruning="none"))["prune"] == []


def test_the_param_that_alone_decides_matters_most() -> None:
    importance = advise(question())["importance"]
    assert max(importance, key=lambda name: importance[name]) == "width"
    assert abs(sum(importance.values()) - 1) < 1e-9
