"""The bit sets of dictionary words: sure of what is in them, rarely wrong about what is not."""

from hypothesis import given
from hypothesis import strategies as st

from newsindex.entities.vocabulary import bits_of, common_key, flags, is_verb, positions


def holds(data: bytes, word: str) -> bool:
    return all(data[i >> 3] >> (7 - (i & 7)) & 1 for i in positions(word, len(data) * 8))


@given(st.sets(st.text(min_size=1, max_size=12), max_size=60))
def test_every_word_put_in_is_found(words: set[str]) -> None:
    data = bits_of(words, 1 << 12).tobytes()
    assert all(holds(data, word) for word in words)


def test_words_not_put_in_are_rarely_found() -> None:
    data = bits_of((f"слово{i}" for i in range(1000)), 1 << 14).tobytes()
    wrong = sum(holds(data, f"другое{i}") for i in range(2000))
    assert wrong < 20


def test_words_and_names_of_both_languages_are_told_apart() -> None:
    for word in ("Только", "Кроме", "Більшість", "Документи", "Суд"):
        assert "v-common" in flags(word)
    for name in ("Шевченко", "Кузнецова", "Петренком"):
        assert "v-surname" in flags(name)
    assert "v-geo" in flags("Воронеже")
    assert "v-first" in flags("Зинаиде")
    assert "v-town" in flags("Бергамо")
    assert flags("Ыъхзщ") == ["v-none"]


def test_forms_that_only_a_verb_has_are_known() -> None:
    for word in ("сообщила", "нанесли", "спасли", "внесли", "звільнив", "повідомили", "загинув"):
        assert is_verb(common_key(word))
    for word in ("министерство", "сила", "стали", "банк", "мати", "військові", "суд", "область"):
        assert not is_verb(common_key(word))
