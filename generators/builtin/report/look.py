"""What a brand lends to a report beside its colours: the logo and the typeface."""

from dataclasses import dataclass

from generators.builtin.report.logo import Logo

TYPEFACE = "Calibri"
"""What office programs have; others put their own in its place."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the files look.

    Attributes:
        logo: None where the brand has none.
        font: The name of the brand's typeface; "" for the report's own.
    """

    logo: Logo | None = None
    font: str = ""

    @property
    def typeface(self) -> str:
        """The typeface that documents and slides name."""
        return self.font or TYPEFACE


PLAIN = Look()
