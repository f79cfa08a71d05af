"""The content of a report, ready to be set as a page, on paper or as slides."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from generators.builtin.report.blocks.build import build
from generators.builtin.report.blocks.params import Summary
from generators.builtin.report.evidence import Evidence, RowSet, evidence_of
from generators.builtin.report.facts import Fact
from generators.builtin.report.formats import Language
from generators.builtin.report.names import shown
from generators.builtin.report.narrative import Narrator
from generators.builtin.report.origins import Origin, origins_of_figures, origins_of_numbers
from generators.builtin.report.part import Figure, NotShown, Part, Table
from generators.builtin.report.passages import Chapter as Chapter
from generators.builtin.report.passages import Passage as Passage
from generators.builtin.report.spec import ReportParams
from generators.builtin.report.subject import Subject
from generators.builtin.report.template import AnyBlock, ReportTemplate, Section, ready_template, text_of
from generators.builtin.report.where import Where
from generators.builtin.report.writer import Writer
from generators.data import TrainingData
from generators.errors import GeneratorError

MOST_PROOFS = 40


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that a report prints, in one language."""

    language: Language
    words: Mapping[str, str]
    title: str
    subtitle: str
    label: str
    source: str
    chapters: tuple[Chapter, ...]
    origins: tuple[Origin, ...]
    anchors: Mapping[str, str]
    """The anchor of each printed fact, by the fact's id."""
    evidence: Evidence
    """The rows behind the numbers."""
    refused: tuple[str, ...]
    """Drafts that contradicted the facts and were left out, with the reasons."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(passage for chapter in self.chapters for passage in chapter.passages)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in reading order."""
        return tuple(figure for passage in self.passages for figure in passage.figures)

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in reading order."""
        return tuple(table for passage in self.passages for table in passage.tables)

    @property
    def appendix(self) -> "tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]":
        """Where each number comes from, as the head and the rows of a table."""
        head = tuple(self.words[key] for key in ("printed", "about", "query", "rows"))
        return head, tuple((o.printed, o.about, o.query, o.rows) for o in self.origins)

    @property
    def proofs(self) -> tuple[RowSet, ...]:
        """The rows behind the numbers of sentences and key figures, for outputs that cannot unfold all."""
        asked = dict.fromkeys(self.evidence.anchors.get(origin.where) for origin in self.origins)
        by_anchor = {one.anchor: one for one in self.evidence.sets}
        found = (by_anchor[anchor] for anchor in asked if anchor)
        return tuple(one for one in found if one.first)[:MOST_PROOFS]

    def figure_name(self, figure: Figure) -> str:
        """Return "Figure 3"."""
        return self.words["figure"].format(number=self.figures.index(figure) + 1)

    def table_name(self, table: Table) -> str:
        """Return "Table 2"; "Table" where there is only one."""
        place = f" {self.tables.index(table) + 1}" if len(self.tables) > 1 else ""
        return f"{self.words['table']}{place}"


def template_of(params: ReportParams) -> ReportTemplate:
    """Return what the report shows: an overview where nothing is asked."""
    return params.template or ready_template("overview")


def compose(
    subject: Subject, data: TrainingData, params: ReportParams, writer: Writer | None = None
) -> Document:
    """Return the content of a report; a writer says its sentences in its own words."""
    template, words = template_of(params), subject.words
    built = _Built(subject, template, writer)
    chapters = tuple(chapter for section in template.sections if (chapter := built.chapter(section)).passages)
    passages = [passage for chapter in chapters for passage in chapter.passages]
    printed = printed_of(passages)
    anchors = {fact.id: f"n{place}" for place, fact in enumerate(printed, start=1)}
    rows, dataset = subject.formats.count(subject.frame.height), shown(data.name)
    document = Document(
        language=params.language,
        words=words,
        title=shown(params.title) or _title(subject, template, dataset),
        subtitle=words["subtitle" if subject.timeline else "subtitle_rows"].format(
            rows=rows, period=subject.find.all_time().text
        ),
        label=_label(words, dataset, data.sha256[:12], worded=bool(writer and writer.passed)),
        source=words["source"].format(dataset=dataset, rows=rows),
        chapters=chapters,
        origins=(),
        anchors=anchors,
        evidence=evidence_of(_wheres(printed, passages), subject),
        refused=tuple(built.narrator.refused),
    )
    return replace(
        document,
        origins=(
            *origins_of_numbers(printed, anchors, subject, _places(passages)),
            *origins_of_figures(
                [(f.key, document.figure_name(f), f.title, f.query) for f in document.figures]
                + [(t.key, document.table_name(t), t.title, t.query) for t in document.tables],
                rows,
                params.language,
            ),
        ),
    )


class _Built:
    """Builds the blocks of a template, and turns their drafts into sentences."""

    def __init__(self, subject: Subject, template: ReportTemplate, writer: Writer | None) -> None:
        self._subject, self._language = subject, subject.params.language
        self.narrator = Narrator(subject.find.facts, writer)
        self._parts = {
            block.id: self._built(block) for section in template.sections for block in section.blocks
        }

    def chapter(self, section: Section) -> Chapter:
        passages = (self._passage(block) for block in section.blocks)
        kept = tuple(passage for passage in passages if passage)
        return Chapter(section.id, text_of(section.heading, self._language), kept)

    def _built(self, block: AnyBlock) -> Part | str:
        """Return what a block shows, or why it shows nothing."""
        try:
            return build(block, self._subject)
        except NotShown as reason:
            return str(reason)
        except GeneratorError:
            raise
        except Exception as error:  # noqa: BLE001 - a block never breaks the report
            self.narrator.refused.append(f"the block {block.id} failed with {type(error).__name__}: {error}")
            return str(self._subject.not_shown("broken"))

    def _passage(self, block: AnyBlock) -> Passage | None:
        """Return a block as it is printed; None where there is nothing to print."""
        part, title = self._parts[block.id], shown(text_of(block.title, self._language))
        if isinstance(part, str):
            return None if block.optional else Passage(block.id, block.kind, title, missing=part)
        takeaway = self.narrator.sentence(part.takeaway)
        drafts, own = list(part.sentences), block.kind != "text"
        if isinstance(block, Summary):
            drafts = [*drafts, *self._headlines(block)][: block.most]
        sentences = self.narrator.sentences(drafts, own=own)
        notes = self.narrator.sentences(part.notes)
        if note := shown(text_of(block.note, self._language)):
            notes = (*notes, *self.narrator.sentences([note], own=False))
        figures, tables = list(part.figures), list(part.tables)
        if figures:
            figures[0] = replace(figures[0], takeaway=takeaway, title=title or figures[0].title)
        elif tables:
            tables[0] = replace(tables[0], takeaway=takeaway, title=title or tables[0].title)
        elif takeaway:
            sentences = (takeaway, *sentences)
        title = "" if figures or tables else title
        passage = Passage(
            block.id, block.kind, title, part.key_heading, part.key_figures, tuple(figures), tuple(tables),
            sentences, notes,
        )  # fmt: skip
        return passage if passage.holds_something else None

    def _headlines(self, summary: Summary) -> Iterator[str]:
        """Yield what the summary tells of other blocks."""
        for id in summary.blocks or self._parts:
            part = self._parts.get(id)
            if isinstance(part, Part):
                yield from part.headlines or (part.takeaway,)


def _title(subject: Subject, template: ReportTemplate, dataset: str) -> str:
    heading = shown(text_of(template.heading, subject.params.language)) or subject.words["title"]
    named = heading.replace("{measure}", subject.title(subject.main))
    return named.replace("{dataset}", dataset)


def _label(words: Mapping[str, str], dataset: str, sha256: str, *, worded: bool) -> str:
    """Return what stands at the foot of each page: what made it of which data, and whether a language model wrote."""
    label = words["label"].format(dataset=dataset, sha256=sha256)
    return words["worded"].format(label=label) if worded else label


def printed_of(passages: Iterable[Passage]) -> list[Fact]:
    """Return the numbers that sentences and key figures print, in reading order."""
    facts: list[Fact] = []
    for passage in passages:
        facts += [fact for key in passage.key_figures for fact in (key.value, key.change) if fact]
        told = [f.takeaway for f in passage.figures] + [t.takeaway for t in passage.tables]
        for sentence in (*passage.sentences, *told, *passage.notes):
            facts += [piece for piece in sentence if isinstance(piece, Fact) and piece.is_number]
    return list({fact.id: fact for fact in facts}.values())


def _places(passages: Iterable[Passage]) -> dict[str, str]:
    """Return for each number that a sentence prints what the sentence stands beside."""
    found: dict[str, str] = {}
    for passage in passages:
        drawn: list[Figure | Table] = [*passage.figures, *passage.tables]
        title = passage.title or (drawn[0].title if drawn else "")
        told = [(one.takeaway, one.title) for one in drawn]
        told += [(sentence, title) for sentence in (*passage.sentences, *passage.notes)]
        for sentence, beside in told:
            found |= {
                piece.id: beside
                for piece in sentence
                if isinstance(piece, Fact) and found.get(piece.id, "") == ""
            }
    return found


def _wheres(printed: list[Fact], passages: list[Passage]) -> Iterator[Where]:
    """Yield which rows are behind what is printed, the numbers of sentences and key figures first."""
    yield ()
    for fact in printed:
        yield fact.where
    for passage in passages:
        for wheres in (*(f.wheres for f in passage.figures), *(t.wheres for t in passage.tables)):
            yield from wheres
