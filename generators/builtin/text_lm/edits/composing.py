"""What facts say in pieces of a few words, and in sentences of as many as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass

from generators.builtin.text_lm.clauses import is_plural, turned
from generators.builtin.text_lm.edits.describing import Saying
from generators.builtin.text_lm.edits.sentences import capital
from generators.builtin.text_lm.edits.telling import Told, measured, told_by
from generators.builtin.text_lm.fields import fields_of

Atom = tuple[str, str]
"""Where it belongs in `Told`, and one thing that the facts say."""
_KINDS = ("things", "doings", "qualities")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said of one product.

    Attributes:
        atoms: What a sentence can say of it, each kind in turn.
        phrases: What the facts say in a few words, such as "Folds into its own pocket".
        also: Sentences that say what no other says: of parts, measures, people, colours.
        price: What it costs; "" where the facts do not say.
    """

    name: str
    is_many: bool
    atoms: tuple[Atom, ...]
    phrases: tuple[str, ...]
    also: tuple[str, ...]
    price: str

    @classmethod
    def of(cls, facts: str, name: str) -> "Telling":
        """Return what product facts say about a product that is called so."""
        told, is_many = told_by(facts), is_plural(name)
        rows = [[(kind, one) for one in getattr(told, kind)] for kind in _KINDS]
        mixed = [
            row[place] for place in range(max(map(len, rows), default=0)) for row in rows if place < len(row)
        ]
        price = next((value for field, value in fields_of(facts) if field == "price"), "")
        return cls(
            name=name,
            is_many=is_many,
            atoms=((("stuff", told.stuff),) if told.stuff else ()) + tuple(mixed),
            phrases=tuple(_phrases(told, mixed)),
            also=tuple(Saying(told, is_many=is_many).more()),
            price=price,
        )

    @property
    def it(self) -> str:
        """How it is spoken of once it is known."""
        return "They" if self.is_many else "It"

    @property
    def costs(self) -> str:
        """What it costs, as a sentence; "" where the facts do not say."""
        return f"{self.it} {'cost' if self.is_many else 'costs'} {self.price}." if self.price else ""

    def sentence(self, subject: str, atoms: Sequence[Atom]) -> str:
        """Return a sentence that says all of this."""
        told = Told(stuff=next((one for kind, one in atoms if kind == "stuff"), ""))
        for kind, one in atoms:
            if kind != "stuff":
                getattr(told, kind).append(one)
        count = len(atoms)
        return Saying(told, is_many=self.is_many).of(
            subject, stuff=1, things=count, doings=count, qualities=count
        )

    def filled(
        self, subject: str, atoms: Sequence[Atom], *, room: int, most: int = 3
    ) -> tuple[str, list[Atom]]:
        """Return a sentence of as much as there is room for, and what is left; "" where nothing fits."""
        taken: list[Atom] = []
        for atom in atoms:
            if len(taken) < most and len(self.sentence(subject, [*taken, atom])) <= room:
                taken.append(atom)
        return (self.sentence(subject, taken) if taken else ""), [one for one in atoms if one not in taken]

    def turned(self, turn: int) -> list[Atom]:
        """Return what can be said, beginning elsewhere for each variant."""
        return turned(self.atoms, turn)


def _phrases(told: Told, mixed: Sequence[Atom]) -> list[str]:
    """Return what facts say in a few words each, what sells first."""
    found = [f"Made {told.stuff}"] if told.stuff else []
    found += [f"Its {one}" if one.startswith("own ") else one for _, one in mixed]
    sizes = [measured(*one).removeprefix("is ").removeprefix("measures ") or one[1] for one in told.measures]
    found += [one for one in told.parts if not one.endswith((".", "not included"))]
    found += sizes + ([f"Made for {told.people}"] if told.people else [])
    found += [f"In {told.colours}"] if told.colours else []
    found += [one.rstrip(".") for one in told.parts if one.endswith(".")]
    found += [one for one in told.parts if one.endswith("not included")]
    return list(dict.fromkeys(capital(one) for one in found))


def many(question: str) -> str:
    """Return a question about one thing as one about several."""
    for one, other in (("is it ", "are they "), ("does it ", "do they "), ("about it", "about them")):
        question = question.replace(one, other)
    return question
