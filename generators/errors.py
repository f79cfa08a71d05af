"""What a generator may say instead of a result."""

from pydantic import ValidationError


class GeneratorError(Exception):
    """A refusal with a text for the user: what happened, what would be right, the next step.

    Any other exception that leaves a generator is a crash.
    """

    code = "refused"


class DatasetTooSmall(GeneratorError):
    """The dataset version has fewer records than the generator needs."""

    code = "dataset_too_small"


class UnknownGenerator(GeneratorError):
    """No generator of this name is registered."""

    code = "unknown_generator"


class UnknownKind(GeneratorError):
    """The generator exists, but does not offer this kind of job."""

    code = "unknown_kind"


class DuplicateGenerator(GeneratorError):
    """Another generator already holds the name."""

    code = "duplicate_generator"


class BadSpec(GeneratorError):
    """A spec contradicts itself or the SDK; its generator is not registered."""

    code = "bad_spec"


class BadCheckpoint(GeneratorError):
    """A checkpoint folder is damaged, not finite, or not what it says it is."""

    code = "bad_checkpoint"


class BadParams(GeneratorError):
    """The params of a job do not fit the generator or each other."""

    code = "bad_params"


class BadData(GeneratorError):
    """The dataset version cannot be used by this generator."""

    code = "bad_data"


class Cancelled(Exception):
    """A person asked to stop. Not an error: let it pass through."""


def first_problem(error: ValidationError) -> str:
    """Return where a value is that does not fit, and what would be right."""
    problem = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else problem["msg"]
