"""What looks like a name and is none; bodies that the tables are sure of; forms of acronyms."""

from __future__ import annotations

import pytest

from newsindex import Article
from newsindex.entities import extract, mentions_from_spans, query_keys
from newsindex.entities.organisations import core, is_head, key_of
from newsindex.entities.places import find_word
from newsindex.entities.places import key_of as place_key
from newsindex.entities.things import is_sure_body, is_thing


def named(text: str, language: str) -> set[tuple[str, str]]:
    return {(m.kind, m.text) for m in extract(Article("", text, language=language))}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Подробнее: https://t.me/gorodskie_novosti/2212 и www.example.ru/doc?id=7.", "ru"),
        ("Пишите на редакцию press@vestnik.example, а также @vestnik или clck.ru/3Abc.", "ru"),
        ("Після ДТП на трасі постраждалого перевірили на COVID-19, повідомляють ЗМІ.", "uk"),
        ("Без VPN сайт не открывается, жалуются жители, потому что интернет отключили.", "ru"),
    ],
)
def test_addresses_and_acronyms_of_things_name_nobody(text: str, language: str) -> None:
    assert named(text, language) == set()


def test_a_thing_is_told_by_its_spelling() -> None:
    assert is_thing("VPN")
    assert is_thing("XIX")
    assert is_thing("Интернет")
    assert is_thing("Z")
    assert not is_thing("СБУ")
    assert not is_thing("Интерфакс")
    assert not is_thing("VK")


def test_the_centre_of_a_town_is_the_town() -> None:
    found = named("Митинг прошёл в центре Тбилиси и закончился у парламента.", "ru")
    assert ("place", "Тбилиси") in found
    assert not any(kind == "org" for kind, _ in found)


def test_a_listed_body_is_one_wherever_it_stands() -> None:
    assert ("org", "Роскомнадзор") in named("Заблокировал Роскомнадзор, Яндекс убрал.", "ru")
    assert is_sure_body("Роскомнадзора")
    assert is_sure_body("Укренерго")
    # Towns, words and names of persons are decided by the sentence.
    assert not is_sure_body("Шахтер")
    assert not is_sure_body("Вагнер")
    assert not is_sure_body("Киев")


@pytest.mark.parametrize(
    ("form", "acronym"),
    [
        ("CША", "США"),
        ("СNN", "CNN"),
        ("МИДа", "МИД"),
        ("Юнеско", "ЮНЕСКО"),
        ("Нато", "НАТО"),
        ("Хамаса", "ХАМАС"),
    ],
)
def test_an_acronym_is_met_in_its_forms(form: str, acronym: str) -> None:
    assert key_of(form) == key_of(acronym)


@pytest.mark.parametrize(("word", "acronym"), [("Нгуи", "НГУ"), ("Бэби", "БЭБ"), ("Сапы", "САП")])
def test_no_word_is_a_form_of_a_short_acronym(word: str, acronym: str) -> None:
    assert key_of(word)[0] != key_of(acronym)[0]


def test_heads_of_bodies_are_nouns_in_all_their_forms() -> None:
    assert all(map(is_head, ("мэрия", "мэрии", "мэрию", "мерією", "партій", "комиссиями")))
    assert not any(map(is_head, ("мэр", "мэра", "мэру", "парта", "парте")))


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("МИД КНР", "МИД Китая"),
        ("Правительство РФ", "правительство России"),
        ("Минобороны Южной Кореи", "южнокорейское Министерство обороны"),
        ("МИД Саудовской Аравии", "МЗС Саудівської Аравії"),
        ("Міністерство інфраструктури України", "Мининфраструктуры Украины"),
        ("Центр протидії дезінформації", "Центр противодействия дезинформации"),
        ("Солом'янський районний суд", "Соломенский районный суд"),
        ("Спілка письменників України", "Союз писателей Украины"),
        ("Запорожская АЭС", "ЗАЕС"),
        ("британской телекоммуникационной компании Vodafone", "Vodafone"),
    ],
)
def test_names_of_one_body_have_one_key(name: str, same: str) -> None:
    assert key_of(name)[0] == key_of(same)[0]


def test_only_what_describes_is_left_out() -> None:
    assert core("миланской газеты Corriere della Sera") == "Corriere della Sera"
    assert core("суд города Бремена") == "суд города Бремена"


@pytest.mark.parametrize(
    ("form", "town"),
    [("Ставрополя", "Ставрополь"), ("Ставрополья", "Ставропольский край"), ("Волинню", "Волынь")],
)
def test_a_soft_sign_tells_a_town_from_its_region(form: str, town: str) -> None:
    place = find_word(form)
    assert place is not None
    assert place.ru == town


@pytest.mark.parametrize("word", ["Могила", "Могиле", "Пьеру", "Пьера"])
def test_a_word_that_shares_letters_is_no_place(word: str) -> None:
    assert find_word(word) is None


def test_a_filter_finds_the_ministry_of_a_country_by_either_name() -> None:
    spans = [("org", "text", 0, 22)]
    (mention,) = mentions_from_spans(Article("", "Минобороны Южной Кореи", language="ru"), spans)
    assert mention.key in query_keys("org", "Министерство обороны Республики Корея")


@pytest.mark.parametrize(
    ("text", "language", "body"),
    [
        ("Союз садоводов Карелии заявляет о росте цен.", "ru", "Союз садоводов Карелии"),
        ("Министерство культуры Якутии сообщается в ленте.", "ru", "Министерство культуры Якутии"),
    ],
)
def test_a_body_ends_before_the_verb(text: str, language: str, body: str) -> None:
    assert ("org", body) in named(text, language)


def test_what_has_no_letters_is_no_name() -> None:
    assert named("12.02.2026. 14:30. 2026/7.", "ru") == set()


def test_an_acronym_of_three_letters_is_no_case_form() -> None:
    assert find_word("ОКУ") is None
    assert find_word("ОКА") is not None


@pytest.mark.parametrize(
    ("form", "nominative"),
    [("Близького Сходу", "Близький Схід"), ("Далекому Сході", "Далекий Схід")],
)
def test_a_vowel_that_changes_in_the_other_cases_is_followed(form: str, nominative: str) -> None:
    assert place_key(form.split())[0] == place_key(nominative.split())[0]


def test_an_unlisted_village_has_one_key_in_the_locative() -> None:
    assert place_key(["Ганнопілківці"]) == place_key(["Ганнопілківку"])


def test_a_listed_place_of_several_words_is_one_wherever_it_stands() -> None:
    found = named("Уганда • Филиппины • Саудовская Аравия • Сьерра-Леоне • Новая Зеландия", "ru")
    assert {("place", "Саудовская Аравия"), ("place", "Новая Зеландия")} <= found


def test_a_match_names_two_clubs() -> None:
    found = {(k, m.strip("«»")) for k, m in named("Матч «Ювентус» — «Аякс» отложен.", "ru")}
    assert found == {("org", "Ювентус"), ("org", "Аякс")}
    assert ("org", "Манчестер Сити") in named("Завтра: Реал Мадрид - Манчестер Сити.", "ru")
