"""Stems: one for all case forms of a name and both languages, another for another name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsindex.entities.persons import first_key, surname_key
from newsindex.entities.places import find_word
from newsindex.entities.places import key_of as place_key
from newsindex.entities.stems import fold, from_latin, stem

ONE_NAME = [
    "Ермак Ермака Ермаку Ермаком Ермаке Єрмак Єрмака Єрмаку Єрмаком Єрмакові",
    "Зеленский Зеленского Зеленскому Зеленским Зеленская Зеленську Зеленської Зеленський",
    "Порошенко Порошенка Порошенком Порошенку Порошенкові",
    "Путин Путина Путиным Путін Путіна Путіну",
    "Шевчук Шевчука Шевчуком Шевчукові",
    "Обама Обамы Обамой Обаму Обами Обамою",
    "Гайдай Гайдая Гайдаю Гайдаем Гайдаєм",
    "Кравец Кравца Кравцом Кравець Кравця Кравцю",
    "Соловьев Соловьёва Соловйов Соловйова",
    "Горбачев Горбачёва Горбачов Горбачовим",
    "Янукович Януковича Януковичем",
    "Цой Цоя Цою Цоем",
    "Меркель Меркеля",
    "Петров Петрова Петровой Петровій Петровою ПЕТРОВІЙ",
    "Королёв Королева Королевій Королевою",
    "Соловйова Соловйовій Соловьёвой",
    "Уокер Уокера Вокер Вокером",
    "Заячківський Заячковского Заячківському Заячковським",
    "Томашівська Томашевской Томашевська",
    "Ковалів Ковалива Ковалив",
    "Райан Райаном Раян Раяна",
    "Садовий Садового Садовому Садовым Садовый Садовой САДОВИЙ",
    "Вишневий Вишневого Вишневому Вишнева Вишневой",
]

ONE_FIRST_NAME = [
    "Юрий Юрия Юрием Юрію Юрієм Юрієві",
    "Андрей Андрею Андрій Андрієм Андрієві",
    "Сергей Сергея Сергій Сергію Сергієві",
    "Ольга Ольгу Ольгою Ользі Ольге",
    "Вероника Вероніка Вероніці Веронике",
    "Ян Яна Яном Янові",
    "Ибрахим Ибрахима Ібрахімом",
]


@pytest.mark.parametrize("forms", ONE_NAME)
def test_case_forms_of_a_surname_share_a_key(forms: str) -> None:
    assert len({surname_key(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("forms", ONE_FIRST_NAME)
def test_case_forms_of_a_first_name_share_a_key(forms: str) -> None:
    assert len({first_key(form) for form in forms.split()}) == 1


def test_different_first_names_keep_different_keys() -> None:
    names = "Андрей Андреа Александр Джордж Георгий Зиновий Зинедин".split()
    assert len({first_key(name) for name in names}) == len(names)


def test_different_surnames_keep_different_keys() -> None:
    names = "Ермак Ермаков Ермоленко Ермилов Путин Путилин Шевчук Шевченко Ковальчук Коваль".split()
    assert len({surname_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Zelensky", "Зеленский"),
        ("Zelenskyy", "Зеленський"),
        ("Yermak", "Ермак"),
        ("Trump", "Трамп"),
        ("Shevchenko", "Шевченко"),
        ("Kovalchuk", "Ковальчук"),
        ("Johnson", "Джонсона"),
    ],
)
def test_latin_spellings_meet_cyrillic_ones(latin: str, cyrillic: str) -> None:
    assert surname_key(latin) == surname_key(cyrillic)


ONE_PLACE = [
    "Киев Киева Киеве Київ Києва Києві Kyiv Kiev",
    "Харьков Харькове Харків Харкова Харкові",
    "Украина Украины Украине Україна України Україною Ukraine",
    "Россия России РФ Росія Росією Russia",
    "Польша Польшу Польща Польщі",
    "Черновцы Черновцов Чернівці Чернівців Чернівцях",
    "Днепр Днепра Дніпро Дніпра",
    "Нью-Йорк Нью-Йорка Нью-Йорку",
    "США USA",
]


@pytest.mark.parametrize("forms", ONE_PLACE)
def test_case_forms_of_a_place_have_one_identity(forms: str) -> None:
    assert len({place_key([form])[0] for form in forms.split()}) == 1


def test_a_common_word_or_a_surname_is_no_place_of_its_stem() -> None:
    for word in ("Сумма", "Сумму", "Масса", "Кит", "Коля", "Марк", "Кан", "Ливанов"):
        assert find_word(word) is None
    for word in ("Сумах", "Сум", "Китаю", "Марокко", "Каннах", "Люберец", "Тернополем", "Рівного"):
        assert find_word(word) is not None


def test_a_name_with_a_hyphen_is_met_without() -> None:
    assert place_key(["Коста", "Рике"])[0] == place_key(["Коста-Рика"])[0]


def test_a_place_of_several_words_is_found_in_any_case() -> None:
    keys = {
        place_key(words.split())[0]
        for words in (
            "Соединенные Штаты Америки",
            "Соединенных Штатов",
            "Сполучених Штатів Америки",
            "США",
        )
    }
    assert len(keys) == 1


def test_a_town_and_its_region_are_two_places() -> None:
    assert place_key(["Донецк"])[0] != place_key(["Донецкая", "область"])[0]


def test_an_adjective_is_not_its_town() -> None:
    assert place_key(["минский"])[0] != place_key(["Минск"])[0]
    assert place_key(["Грозном"])[0] == place_key(["Грозный"])[0]


@given(st.text(max_size=40))
def test_stemming_takes_any_text(text: str) -> None:
    assert isinstance(stem(text), str)
    assert isinstance(from_latin(text), str)
    assert fold(fold(text)) == fold(text) or not text.isalpha()
