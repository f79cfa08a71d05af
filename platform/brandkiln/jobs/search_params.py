"""What a search is asked for: one class that the form, the API and the worker read."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generators.searchable import Range


class SearchParams(BaseModel):
    """Which settings a search tries, how often and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    space: tuple[Range, ...] = Field(min_length=1, max_length=20)
    """The params to try, each between two values or among some."""
    params: dict[str, Any] = Field(default_factory=dict)
    """The other train params, the same in all trials."""
    trials: int = Field(default=12, ge=2, le=200)
    """How many settings to try."""
    kimg: float = Field(default=10, gt=0, le=100_000)
    """How long to train each of them, in thousands of pictures shown."""
    repeats: int = Field(default=1, ge=1, le=5)
    """How many seeds to train each of them with; their mean counts."""
    at_once: int = Field(default=2, ge=1, le=8)
    """How many trainings wait or run at the same time."""
    pruning: Literal["median", "hyperband", "none"] = "median"
    """When to give a training up: below the median of the others after as many pictures, by Hyperband, or never."""
    seed: int = Field(default=0, ge=0, le=2**31)
    """Draws the first settings; training number i of a setting has the seed plus i."""

    @model_validator(mode="after")
    def _each_param_has_one_place(self) -> "SearchParams":
        names = [one.name for one in self.space]
        if len(set(names)) < len(names):
            raise ValueError("A param stands twice in space. Give it one range.")
        if taken := sorted({"kimg", "seed"} & set(names)):
            raise ValueError(f"{', '.join(taken)} cannot be searched: it has a field of its own.")
        return self
