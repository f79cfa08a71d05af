"""Passages, both kinds of search, their fusion, and forgetting."""

import math
from array import array
from typing import Any

import pytest
from brandkiln.core.errors import NotFound, Unprocessable
from brandkiln.datasets.models import Record
from brandkiln.jobs.checks import index_anew, submit_index
from brandkiln.jobs.models import Job
from brandkiln.jobs.questions import submit_question
from brandkiln.retrieval import vectors
from brandkiln.retrieval.claims import quoted, sentences_of, support, without_question
from brandkiln.retrieval.models import Chunk, Posting, SearchIndex
from brandkiln.retrieval.passages import passages, sentences, terms
from brandkiln.retrieval.search import K1, B, by_words, fuse, search, usable_indexes
from brandkiln.retrieval.services import add_chunks, begin_index, finish_index, forget_records, passages_of

from tests.factories import Cast, DatasetFactory, DatasetVersionFactory, make_cast
from workers.ask_work import without_loops

TEXTS = [
    "The lamp needs one bulb. Bulbs cost 4 EUR.",
    "Boots are sent back within 30 days.",
    "这双靴子防水。",
]


def unit(*numbers: float) -> bytes:
    length = math.sqrt(sum(number * number for number in numbers))
    return array("f", [number / length for number in numbers] + [0.0] * (384 - len(numbers))).tobytes()


VECTORS = [unit(1, 0.1), unit(0.1, 1), unit(-0.2, -0.2, 1)]


def indexed(cast: Cast, texts: list[str] = TEXTS, number: int = 1, dataset: Any = None) -> SearchIndex:
    dataset = dataset or DatasetFactory(project=cast.project, kind="text")
    version = DatasetVersionFactory(dataset=dataset, number=number)
    Record.objects.bulk_create(
        Record(version=version, position=place, sha256=f"{place:064x}", split="train", text=text)
        for place, text in enumerate(texts)
    )
    index = begin_index(version=version, extractor="tiny")
    found = list(passages_of(version))
    add_chunks(index=index, first=0, found=found, vectors=VECTORS[: len(found)])
    return finish_index(index=index)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_passages_are_whole_sentences_and_say_where_they_stand() -> None:
    text = "First point. Second one is here!\n\n" + "A long tale goes on. " * 40 + "The end"
    found = passages(text, room=100)
    assert all(text[span.start : span.end] == span.text for span in found)
    assert all(len(span.text) <= 100 for span in found)
    assert "".join(span.text for span in found).replace(" ", "").replace("\n", "") == text.replace(
        " ", ""
    ).replace("\n", "")
    assert [span.text for span in sentences("It costs 4.50 EUR. 便宜。好!")] == [
        "It costs 4.50 EUR.",
        "便宜。",
        "好!",
    ]
    assert passages("word" * 100, room=64)[0].text == ("word" * 100)[: passages("word" * 100, room=64)[0].end]
    assert passages(" \n ") == []


def test_words_are_folded_and_chinese_is_cut_into_pairs() -> None:
    assert terms("The Boots' BUTTERFLIES of Ａda") == ["boot", "butterfly", "ada"]
    assert terms("防水靴子") == ["防水", "水靴", "靴子"]


@pytest.mark.django_db
def test_words_are_ranked_by_bm25(cast: Cast) -> None:
    index = indexed(cast)
    [((_, number), score)] = by_words([index], "bulb prices", 5)
    length, mean = 8, (8 + 6 + 5) / 3
    rarity = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    assert (number, index.chunk_count, index.mean_length) == (0, 3, mean)
    assert score == pytest.approx(rarity * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * length / mean)))
    assert [number for (_, number), _ in by_words([index], "防水", 5)] == [2]
    assert by_words([index], "of the", 5) == []


@pytest.mark.django_db
@pytest.mark.parametrize("plain", [True, False])
def test_the_nearest_are_found_by_either_index(
    cast: Cast, plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if plain:
        monkeypatch.setattr(vectors, "has_pgvector", lambda: False)
        monkeypatch.setattr(vectors, "CANDIDATES", 2)
    index, other = indexed(cast), indexed(cast)
    found = vectors.nearest([index.pk], unit(1, 0.1), 2)
    assert [place for place, _ in found] == [(index.pk, 0), (index.pk, 1)]
    assert found[0][1] == pytest.approx(1, abs=1e-5)
    monkeypatch.setattr(vectors, "CANDIDATES", 4)
    assert {place[0] for place, _ in vectors.nearest([index.pk, other.pk], unit(1, 0.1), 4)} == {
        index.pk,
        other.pk,
    }


def test_lists_are_fused_by_reciprocal_ranks() -> None:
    one: Any = ["a", "b", "c"]
    other: Any = ["c", "a"]
    assert fuse(one, other) == [
        ("a", pytest.approx(1 / 61 + 1 / 62)), ("c", pytest.approx(1 / 63 + 1 / 61)), ("b", pytest.approx(1 / 62))
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_question_finds_by_words_and_by_meaning(cast: Cast) -> None:
    index = indexed(cast)
    best, *_ = search([index], "When can boots be returned?", unit(0.2, 1), 2)
    assert (best.chunk.text, best.word_rank) == (TEXTS[1], 1)
    assert (best.chunk.start, best.chunk.end, best.chunk.position) == (0, len(TEXTS[1]), 1)
    assert best.cosine == pytest.approx(0.995, abs=0.01)


@pytest.mark.django_db
def test_an_erased_record_leaves_no_passage_and_no_word(cast: Cast) -> None:
    index = indexed(cast)
    assert forget_records(version_id=index.version_id, hashes=[f"{1:064x}"]) == 1
    assert forget_records(version_id=index.version_id, hashes=[f"{1:064x}"]) == 0
    assert not Chunk.objects.filter(text__contains="30 days").exists()
    assert not Posting.objects.filter(term__in=["30", "boot", "day"]).exists()
    assert [hit.chunk.number for hit in search([index], "boots lamp", unit(0, 1), 5)] == [0, 2]


@pytest.mark.django_db
def test_a_new_version_is_indexed_by_itself_and_takes_the_place_of_the_old(cast: Cast) -> None:
    index = indexed(cast)
    newer = DatasetVersionFactory(dataset=index.version.dataset, number=2)
    index_anew(version=newer, actor=None)
    index_anew(version=newer, actor=None)
    [job] = Job.objects.filter(kind="index")
    assert job.dataset_version == newer
    assert indexed(cast, TEXTS[:1], number=3, dataset=index.version.dataset).chunk_count == 1
    assert SearchIndex.objects.filter(version__dataset=index.version.dataset).count() == 1


@pytest.mark.django_db
def test_a_question_reaches_only_what_its_workspace_may_use(cast: Cast) -> None:
    index = indexed(cast)
    with pytest.raises(Unprocessable, match="No data set of texts is indexed"):
        submit_question(workspace=cast.other, actor=cast.cleo, question="Which bulb?")
    with pytest.raises(NotFound):
        submit_question(
            workspace=cast.other, actor=cast.cleo, question="Which bulb?", datasets=[index.version.dataset_id]
        )
    for nothing in ("\u200b ?!", "\u3164\uffa0"):
        with pytest.raises(Unprocessable, match="Ask something in words"):
            submit_question(workspace=cast.acme, actor=cast.ada, question=nothing)
    job = submit_question(workspace=cast.acme, actor=cast.ada, question="Which\n bulb?")
    assert (job.kind, job.generator, job.params["question"], job.priority) == (
        "ask",
        "text-lm",
        "Which bulb?",
        10,
    )
    index.version.dataset.do_not_train = True  # answering is not learning
    index.version.dataset.save()
    assert usable_indexes(cast.acme) == [index]
    type(index.version).objects.update(trashed_at=index.ready_at)
    assert usable_indexes(cast.acme) == []


@pytest.mark.django_db
def test_only_texts_are_indexed(cast: Cast) -> None:
    with pytest.raises(Unprocessable, match="holds image"):
        submit_index(version=DatasetVersionFactory(dataset__project=cast.project), actor=cast.ada)


def test_a_sentence_is_supported_by_what_says_the_same_with_the_same_numbers() -> None:
    sources = ["Boots are sent back within 30 days. Lamps are not.", "Bulbs cost 4 EUR."]
    claimed, said = sentences_of("You can return boots in 30 days. Bulbs cost 5 EUR. Nice weather.", sources)
    near, far = [1.0, 0.0], [0.0, 1.0]
    found = support(claimed, said, sources, [near, near, near], [near, far, near])
    assert [(claim.source, claim.place) for claim in found] == [(0, (0, 35)), (None, None), (0, (0, 35))]
    assert [claim.source for claim in support(claimed, said, sources, [far] * 3, [near] * 3)] == [None] * 3


def test_the_nearest_sentence_of_the_sources_is_quoted_and_no_question() -> None:
    sources = ["Can I send boots back? You have 30 days.", "Bulbs cost 4 EUR."]
    said = sentences_of("", sources)[1]
    text, (claim,) = quoted(said, [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], [1.0, 0.0])
    assert (text, claim.source, claim.cosine) == ("You have 30 days.", 0, 0.8)
    assert sources[0][slice(*claim.place or ())] == text
    assert quoted(said[:1], [[1.0, 0.0]], [1.0, 0.0]) == ("", [])


def test_nearness_counts_for_nothing_where_the_letters_are_not_latin() -> None:
    sources = ["退货政策:顾客可以在收到商品后三十天内退货。保修两年。", "门店上午十点到晚上八点营业。"]
    answer = "顾客可以在多少天内退货,上午十点到晚上八点。顾客可以在三十天内退货。保修三年。"
    claimed, said = sentences_of(answer, sources)
    near = [1.0, 0.0]
    found = support(claimed, said, sources, [near] * 3, [near] * 3)
    assert [claim.source for claim in found] == [None, 0, None]
    text, (claim,) = quoted(said, [[0.0, 1.0], near, near], near, "多少天内可以退货?")
    assert (text, claim.source) == ("退货政策:顾客可以在收到商品后三十天内退货。", 0)


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("保修几年? 两年。", "两年。"),
        ("保修几年?", ""),
        ("Two years.\n\nThree for tents.", "Two years.\n\nThree for tents."),
    ],
)
def test_an_answer_does_not_repeat_the_question(answer: str, kept: str) -> None:
    assert without_question(answer, "保修几年?") == kept


@pytest.mark.django_db
def test_empty_texts_and_an_endless_question_are_no_trouble(cast: Cast) -> None:
    nothing = indexed(cast, ["", " \n\u3000"])
    assert nothing.chunk_count == 0
    assert search([nothing], "boots", unit(0, 1), 5) == []
    best, *_ = search([nothing, indexed(cast)], "boots " * 170_000, unit(0, 1), 5)
    assert best.chunk.text == TEXTS[1]
    assert search([nothing], "\u200b" * 10_000, unit(0, 1), 5) == []


@pytest.mark.parametrize(
    ("draft", "kept"),
    [
        ("Call the desk. Edit the file local.net.local.local.local.local.local.", "Call the desk."),
        ("Yes. " + "It is new. " * 5, "Yes."),
        ("the the the the the the the the", ""),
        ("No, no, no, no: it costs 10 EUR.", "No, no, no, no: it costs 10 EUR."),
        ("It takes 3 to 5 days.", "It takes 3 to 5 days."),
    ],
)
def test_a_draft_ends_where_it_begins_to_repeat_itself(draft: str, kept: str) -> None:
    assert without_loops(draft) == kept
