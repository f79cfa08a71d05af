from pathlib import Path

import pytest
from pydantic import ValidationError

from generators.builtin.text_lm.formats import FORMATS
from generators.builtin.text_lm.guard import numbers
from generators.builtin.text_lm.polish import is_headline
from generators.builtin.text_lm.sample import sample
from generators.builtin.text_lm.spec import SampleParams
from generators.errors import Cancelled, GeneratorError
from generators.run import LocalRun, Sample

JACKET = "Name: Harbour rain jacket\nCapacity: 0.5 l\nPrice: 129 EUR"

pytestmark = pytest.mark.usefixtures("local_folder")


def written(tmp_path: Path, **params: object) -> tuple[list[Sample], LocalRun]:
    run = LocalRun(tmp_path)
    return list(sample(None, SampleParams.model_validate({"product": JACKET, **params}), run)), run


def texts(tmp_path: Path, **params: object) -> list[str | None]:
    return [piece.text for piece in written(tmp_path, **params)[0]]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_variants_that_were_asked_for(form: str, tmp_path: Path) -> None:
    samples, run = written(tmp_path, format=form, variants=3, temperature=1.0)
    assert len(samples) + len(run.lines) == 3  # a headline that was not found is in the log
    assert all(piece.text and piece.media_type == "text/plain" for piece in samples)


def test_the_streamed_text_of_a_variant_is_its_sample_but_for_polishing(tmp_path: Path) -> None:
    samples, run = written(tmp_path, format="email", variants=3, temperature=1.0)
    assert set(run.streams) == {0, 1, 2}
    for index, piece in enumerate(samples):
        assert run.streams[index].startswith("Subject:")
        assert (piece.text or "")[:8] == run.streams[index][:8]
        assert len(piece.text or "") <= len(run.streams[index])


def test_the_same_seed_writes_the_same_texts_and_another_seed_others(tmp_path: Path) -> None:
    first = texts(tmp_path, variants=2, temperature=1.0, seed=5)
    assert texts(tmp_path, variants=2, temperature=1.0, seed=5) == first
    assert texts(tmp_path, variants=2, temperature=1.0, seed=6) != first


@pytest.mark.parametrize("form", ["product_description", "ad_headline"])
def test_a_variant_does_not_depend_on_how_many_there_are(form: str, tmp_path: Path) -> None:
    alone = texts(tmp_path, format=form, variants=1, temperature=1.0)
    assert texts(tmp_path, format=form, variants=9, temperature=1.0)[:1] == alone


def test_variants_differ(tmp_path: Path) -> None:
    written = texts(tmp_path, variants=4, temperature=1.0)
    assert len(set(written)) == 4


@pytest.mark.parametrize("grounding", ["words", "numbers"])
def test_every_number_comes_from_the_facts(grounding: str, tmp_path: Path) -> None:
    for text in texts(tmp_path, variants=8, temperature=1.5, top_p=1.0, grounding=grounding):
        assert numbers(text or "") <= {"0.5", "129"}


def test_headlines_are_whole_and_within_thirty_characters(tmp_path: Path) -> None:
    for text in texts(tmp_path, format="ad_headline", variants=6, temperature=1.2):
        assert is_headline(text or "", 30)


def test_an_email_has_its_fixed_parts(tmp_path: Path) -> None:
    for text in texts(tmp_path, format="email", variants=2):
        assert text is not None
        assert text.startswith("Subject:")
        assert "\n\nHello,\n\n" in text
        assert text.endswith("\n\nWarm regards")


def test_cancelling_stops_between_two_tokens(tmp_path: Path) -> None:
    run = LocalRun(tmp_path, cancel_after=4)
    with pytest.raises(Cancelled):
        list(sample(None, SampleParams(product=JACKET), run))
    assert len(run.reports) == 4


def test_a_prompt_that_does_not_fit_is_refused_with_its_length(tmp_path: Path) -> None:
    with pytest.raises(
        GeneratorError, match=r"The prompt has \d+ tokens; the network takes \d+ beside a reply"
    ):
        written(tmp_path, product="lamp " * 3000)


def test_progress_reaches_its_total(tmp_path: Path) -> None:
    _, run = written(tmp_path, variants=2)
    shares = [report.done / report.total for report in run.reports]
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("product", ["", "  \n ", "x" * 20_001])
def test_a_product_has_facts(product: str) -> None:
    with pytest.raises(ValidationError):
        SampleParams(product=product)


def test_other_languages_are_written_without_english_examples(tmp_path: Path) -> None:
    assert len(texts(tmp_path, language="zh", variants=2, temperature=1.0)) == 2
