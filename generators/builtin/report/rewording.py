"""What speaks against a sentence that a person writes in the place of another. Nothing heavy is imported here."""

from generators.builtin.report.check import check_narrative
from generators.builtin.report.facts import Facts


def objections(draft: str, before: str, facts: Facts) -> list[str]:
    """Return why a sentence may not be printed in the place of another; nothing where it may.

    It passes the check that a draft of a language model passes. A word that stood in the sentence before is no name
    of its own, even where a column or a segment is called so.

    Args:
        draft: The sentence, with its facts as {placeholders}.
        before: The sentence as it was first set.
        facts: All facts of the report.
    """
    old = {problem.reason for problem in check_narrative([before], facts)}
    new = (problem.reason for problem in check_narrative([draft], facts))
    return [reason for reason in dict.fromkeys(new) if reason not in old]
