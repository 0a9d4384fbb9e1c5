"""Posts of messengers: what is cleaned of them, and what stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsindex
from newsindex.documents.messenger import without_marks

POST = """**⚡️РФ и Казахстан договорились об обмене.**

Это следует из [заявлений](https://t.me/one/5) Путина.

[👉 Топор Live. Подписаться](https://t.me/+HWFlcuXhzKdhYWY6)"""


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (POST, "⚡️РФ и Казахстан договорились об обмене.\n\nЭто следует из заявлений Путина."),
        ("Читайте [здесь (срочно)](https://x.ua/a_(b)), и все.", "Читайте здесь (срочно), и все."),
        ("Туман.\n\n__Водители, внимание__", "Туман.\n\nВодители, внимание"),
        ("Да.\n\n❤ [Подписаться](https://t.me/a) | [Прислать новость](https://t.me/b)", "Да."),
        ("Новина.\n\nПідписуйтесь на наш канал", "Новина."),
        ("Новость.\n❗️ [Подписывайся на Mash](https://t.me/+m)\n", "Новость."),
        ("#холивар #it\n\nО сертификатах спорят.\n\n#кек", "О сертификатах спорят."),
        ("Показатель снизился до 11%. @banksta", "Показатель снизился до 11%."),
        ("Показатель снизился.\nhttps://t.me/banksta/61412", "Показатель снизился."),
        ("Праздник🎃 в Москве 🔥🔥🔥🔥🔥 начался", "Праздник 🎃 в Москве начался"),
        ("В #Киев едет #делегация.", "В Киев едет делегация."),
        ("Новость.\n\n👉 [Читать](https://a.ru/1) | [Зеркало](https://b.ru)", "Новость."),
        ("Новость.\n\n[Ломаем капчу](https://a.ru/1)", "Новость.\n\nЛомаем капчу"),
        ("Подросток **стал** ~~чемпионом~~", "Подросток стал чемпионом"),
    ],
)  # fmt: skip
def test_a_post_loses_its_marks_and_what_says_nothing(text: str, cleaned: str) -> None:
    assert without_marks(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "Подписаться под петицией призвал мэр. За него проголосовали 5 депутатов.",
        "Министры подписали договор.\nПодписание прошло в Киеве.",
        "Подписка на газету подорожала на 5 %, сообщили в редакции, и тираж упал.",
        "Написал @realDonaldTrump в сети. Ответа нет.",
        "Функция 2**3 и __init__ в файле a__b.",
        "Массив a[0](1) и сноска [1] (см. ниже).",
        "Издание № 1, цена 5 ₽ — так решили.",
        "https://site.ua/only",
        "#только #теги",
        "",
    ],
)
def test_what_is_news_stays(text: str) -> None:
    assert without_marks(text) in (text, text.replace("#", ""))


PIECES = [*"ab Аб#@*_~[]()!\n.🔥", "](https://t.me/x)", "Подписаться", "**", "__", "@news_ua"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_what_is_cleaned_stays_as_it_is(text: str) -> None:
    cleaned = without_marks(text)
    assert without_marks(cleaned) == cleaned


def test_records_are_cleaned_unless_they_bring_entities() -> None:
    (found,) = newsindex.articles_from([{"text": POST, "id": "1"}])
    assert isinstance(found, newsindex.Article)
    assert "t.me" not in found.text
    assert "Подписаться" not in found.text
    (found,) = newsindex.articles_from([{"text": POST, "id": "1", "entities": []}])
    assert isinstance(found, newsindex.Article)
    assert found.text == POST


@pytest.mark.parametrize(
    "hostile",
    [
        "http://!" * 3000 + " x",
        "#а" + " " * 30_000 + "б",
        "[" * 3000 + "x" + "](http://a)" * 3000,
        "Да. " + "@abcd " * 3000 + "x",
        "__a" * 9000 + "**" * 9000,
    ],
)
def test_no_text_takes_more_than_linear_time(hostile: str) -> None:
    """An expression that tries many ways would not come back from these."""
    assert len(without_marks(f"Новость.\n{hostile}")) <= len(hostile) + 20
