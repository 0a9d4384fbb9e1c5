"""Finding some tokens gives what analysing the whole text gives; sentences are where they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex.text import analyse, find_tokens, scan_passages, sentence_starts, word_forms

PIECES = st.sampled_from(
    "мир мира МИР война, войны. СБУ США МВД РФ. США — РОССИЯ ПРИГОВОР ВЫНЕС! 1 100 000 25 % 5, "
    "2025 г. Киев А.Б."
    " Ермак пресс-секретарь Су-34 https://a.example/b?c=1 п'ять п’ять замо́к Oзон \n \n\n \t — « » ."
    " !.. і їжа Президент заявив журналістам, що перемовини восени\n 18:46 \xa0 a@b.cd".split(" ")
)
TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES).map("".join),
)


@settings(max_examples=600, deadline=None)
@given(text=TEXTS, language=st.sampled_from(["ru", "uk", None]), data=st.data())
def test_what_is_found_is_what_the_analysis_gives(
    text: str, language: str | None, data: st.DataObject
) -> None:
    tokens = analyse(text, language)
    some = st.sets(st.sampled_from(sorted({token.key for token in tokens}) or ["x"]), max_size=4)
    keys = data.draw(some)
    assert find_tokens(text, language, keys) == [token for token in tokens if token.key in keys]
    begins = _Begins()
    assert find_tokens(text, language, keys, begins) == [
        token for token in tokens if token.key in keys or begins[token.text]
    ]


class _Begins(dict[str, bool]):
    def __missing__(self, form: str) -> bool:
        return form.startswith("м")


@settings(max_examples=500, deadline=None)
@given(text=TEXTS, language=st.sampled_from(["ru", "uk", None]))
def test_sentences_begin_where_their_first_token_stands(text: str, language: str | None) -> None:
    passages = scan_passages(text, language, lambda _: word_forms)
    tokens = analyse(text, language)
    assert [form for passage in passages for form in passage.values] == [t.text for t in tokens]
    starts = [position for passage in passages for position in passage.sentences]
    assert starts == sorted(set(starts))
    assert set(starts) <= {token.position for token in tokens}
    assert starts[:1] == [0][: len(tokens)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Мир. Война.", ["Мир. ", "Война."]),
        ("Он сказал: «Мир». Она ушла.", ["Он сказал: «Мир». ", "Она ушла."]),
        ("Что это?! «Мир», — сказал он.", ["Что это?! ", "«Мир», — сказал он."]),
        ("В г. Киеве А. Ермак и ул. Шевченко.", ["В г. Киеве А. Ермак и ул. Шевченко."]),
        ("Вул. Хрещатик, ім. Шевченка. Далі.", ["Вул. Хрещатик, ім. Шевченка. ", "Далі."]),
        ("Рост 3.5 процента. 25 человек.", ["Рост 3.5 процента. ", "25 человек."]),
        ("Заголовок\n\nТекст", ["Заголовок\n\n", "Текст"]),
        ("Строка разорвана\nпосреди предложения", ["Строка разорвана\nпосреди предложения"]),
        ("млн. гривен… Далее", ["млн. гривен… ", "Далее"]),
        ("", [""]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    starts = sentence_starts(text)
    assert [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)] == sentences
