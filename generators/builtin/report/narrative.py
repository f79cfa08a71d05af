"""From drafts to sentences: what contradicts the facts is left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from generators.builtin.report.check import check_narrative
from generators.builtin.report.facts import Facts
from generators.builtin.report.sentence import Sentence, render
from generators.builtin.report.writer import Writer


@dataclass(slots=True)
class Narrator:
    """Checks drafts and renders them.

    Attributes:
        facts: All facts of the report.
        writer: Says drafts of ours otherwise; None leaves them plain.
        refused: Drafts that were left out, with the reasons.
    """

    facts: Facts
    writer: Writer | None = None
    refused: list[str] = field(default_factory=list)

    def sentence(self, draft: str, *, own: bool = True) -> Sentence:
        """Return a draft as a sentence; () where it contradicts the facts.

        Args:
            draft: The draft; "" gives ().
            own: Whether the wording is ours: names in plain text are then no mistake, for a segment may be called
                what a word of the sentence is.
        """
        problems = check_narrative([draft], self.facts, names=not own) if draft else []
        self.refused += [f"{problem.reason}: {problem.draft}" for problem in problems]
        if problems or not draft:
            return ()
        if own and self.writer:
            draft = self.writer.reworded(draft, self.facts)
        return render(draft, self.facts)

    def sentences(self, drafts: Iterable[str], *, own: bool = True) -> tuple[Sentence, ...]:
        """Return drafts as sentences, each once, without those that contradict the facts."""
        told = (self.sentence(draft, own=own) for draft in dict.fromkeys(drafts))
        return tuple(sentence for sentence in told if sentence)
