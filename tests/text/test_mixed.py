"""Pages in both languages: each passage is analysed in its own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex.text import analyse, key_of, scan_passages, word_forms

RUSSIAN = "Президент заявил журналистам, что переговоры о перемирии будут продолжены осенью."
UKRAINIAN = "Президент заявив журналістам, що перемовини про перемир'я будуть продовжені восени."


def test_a_quotation_in_the_other_language_is_keyed_as_that_language() -> None:
    keys = {token.text: token.key for token in analyse(f"{RUSSIAN}\n{UKRAINIAN}", "ru")}
    assert keys["продовжені"] == key_of("продовжені", "uk")
    assert keys["продолжены"] == key_of("продолжены", "ru")
    assert keys["восени"] == key_of("восени", "uk")


def test_positions_go_on_from_passage_to_passage() -> None:
    tokens = analyse(f"{RUSSIAN}\n{UKRAINIAN}\n{RUSSIAN}", "ru")
    positions = [token.position for token in tokens]
    assert positions == list(range(len(tokens)))
    assert tokens[-1].stop == len(RUSSIAN) * 2 + len(UKRAINIAN) + 1


LINES = st.lists(
    st.sampled_from([RUSSIAN, UKRAINIAN, "дрон-камикадзе", "", "СБУ", "і", "  ", "ї-є"])
    | st.text(max_size=30),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(lines=LINES, language=st.sampled_from(["ru", "uk", None]))
def test_the_fast_path_of_indexing_sees_the_same_tokens(
    lines: list[str], language: str | None
) -> None:
    text = "\n".join(lines)
    fast = [
        (form, position, key_of(form, own))
        for own, forms, positions, _ in scan_passages(text, language, lambda _: word_forms)
        for form, position in zip(forms, positions, strict=True)
    ]
    assert fast == [(token.text, token.position, token.key) for token in analyse(text, language)]
