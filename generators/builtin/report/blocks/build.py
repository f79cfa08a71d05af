"""From a block to what it shows. A kind of block is a module of this package with a function

    def build(block: Kind, subject: Subject) -> Part

which raises `NotShown` where the table has nothing for it; its params are a class in `params.py` or beside it.
"""

from collections.abc import Callable
from importlib import import_module

from generators.builtin.report.blocks.params import Block
from generators.builtin.report.part import NotShown, Part
from generators.builtin.report.subject import Subject
from generators.builtin.report.template import AnyBlock
from generators.errors import BadParams


def build(block: AnyBlock, subject: Subject) -> Part:
    """Return what a block shows of the rows that it is about.

    Raises:
        NotShown: If the table has nothing for it; the text says why.
    """
    try:
        return builder(block.kind)(block, subject.narrowed(block))
    except BadParams as refused:
        raise NotShown(str(refused)) from refused


def builder(kind: str) -> Callable[[Block, Subject], Part]:
    """Return the function that builds a kind of block."""
    found: Callable[[Block, Subject], Part] = import_module(f"{__package__}.{kind}").build
    return found
