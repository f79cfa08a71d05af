from hypothesis import example, given
from hypothesis import strategies as st

from generators.builtin.text_lm.language_model import LanguageModel
from generators.builtin.text_lm.stream import TextStream

TEXT = st.text(st.sampled_from("ab \n.é你好🙂🙃👩‍🚀z"), max_size=40)


def streamed(stream: TextStream, ids: list[int]) -> list[str]:
    pieces = []
    for token in ids:
        if stream.stopped:
            break
        pieces.append(stream.push(token))
    return [*pieces, stream.finish()]


@given(TEXT)
def test_the_pieces_are_the_text(language_model: LanguageModel, text: str) -> None:
    stream = TextStream(language_model.tokenizer)
    pieces = streamed(stream, language_model.encode(text))
    assert "".join(pieces) == text == stream.text


@given(TEXT)
def test_no_piece_holds_half_a_character(language_model: LanguageModel, text: str) -> None:
    pieces = streamed(TextStream(language_model.tokenizer), language_model.encode(text))
    assert all("�" not in piece for piece in pieces)


@given(TEXT, st.lists(st.text("ab \n.", min_size=1, max_size=3), min_size=1, max_size=2))
@example(".aa", ["a", ".aa"])
@example("ba", ["a", "ba"])
def test_the_text_ends_before_the_first_stop(
    language_model: LanguageModel, text: str, stops: list[str]
) -> None:
    stream = TextStream(language_model.tokenizer, stops=stops)
    pieces = streamed(stream, language_model.encode(text))
    spans = [(text.find(stop) + len(stop), text.find(stop)) for stop in stops if stop in text]
    assert "".join(pieces) == stream.text == (text[: min(spans)[1]] if spans else text)
    assert stream.stopped == bool(spans)


@given(TEXT, st.lists(st.text("ab \n.", min_size=1, max_size=3), min_size=1, max_size=3))
def test_where_a_text_stops_does_not_hang_on_how_tokens_cut_it(
    language_model: LanguageModel, text: str, stops: list[str]
) -> None:
    whole = TextStream(language_model.tokenizer, stops=stops)
    streamed(whole, language_model.encode(text))
    by_character = TextStream(language_model.tokenizer, stops=stops)
    streamed(by_character, [token for character in text for token in language_model.encode(character)])
    assert by_character.text == whole.text


def test_a_reply_that_ends_within_a_character_drops_it(language_model: LanguageModel) -> None:
    ids = language_model.encode("a🙈")
    stream = TextStream(language_model.tokenizer)
    assert "".join(streamed(stream, ids[:-1])) == "a"
