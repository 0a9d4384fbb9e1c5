"""Keys: which filter finds which article."""

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsindex.entities import (
    KEY_VERSION,
    document_keys,
    is_facet_key,
    lexicon,
    mentions_from_spans,
    query_keys,
)
from newsindex.entities.mentions import person_key
from newsindex.entities.persons import name_of, split
from newsindex.errors import InvalidArgument
from newsindex.model import Article

TABLES = (
    "country_adjectives.tsv",
    "first_names.tsv",
    "organisation_words.tsv",
    "organisations.tsv",
    "persons.tsv",
    "places.tsv",
    "places_cldr.tsv",
    "words.toml",
)


def finds(kind: str, query: str, text: str, names: list[str], language: str = "ru") -> bool:
    """Whether the filter finds an article whose ``names``, in order, are of that kind."""
    spans = []
    at = 0
    for name in names:
        start = text.index(name, at)
        at = start + len(name)
        spans.append((kind, "text", start, at))
    mentions = mentions_from_spans(Article("", text, language=language), spans)
    return not set(query_keys(kind, query)).isdisjoint(document_keys(mentions))


@pytest.mark.parametrize("form", ["Ермака", "Андрей Ермак", "Єрмаком", "А. Ермак", "А.Б. Ермаку"])
@pytest.mark.parametrize("query", ["Ермак", "Андрей Ермак", "Єрмак", "Андрій Єрмак", "А. Ермак"])
def test_every_form_of_a_person_is_found_by_every_form(query: str, form: str) -> None:
    assert finds("person", query, f"Слово за {form}.", [form])


def test_another_first_name_is_another_person() -> None:
    assert not finds("person", "Андрей Ермак", "Пришла Ольга Ермак.", ["Ольга Ермак"])
    assert finds("person", "Ермак", "Пришла Ольга Ермак.", ["Ольга Ермак"])
    assert not finds("person", "А. Ермак", "Пришла Ольга Ермак.", ["Ольга Ермак"])


def test_a_bare_surname_is_the_person_whom_the_text_names() -> None:
    text = "Ольга Ермак выступила. Ермак ответила на вопросы."
    assert not finds("person", "Андрей Ермак", text, ["Ольга Ермак", "Ермак"])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("Елизавета", "Елизаветы II"),
        ("Елизавета II", "Єлизаветі ІІ"),
        ("Иоанн Павел", "Иоанна Павла II"),
        ("Микола", "Николая"),
        ("Павел", "Павла"),
        ("Пётр Лосев", "Петра Лосева-младшего"),
        ("Пётр Лосев", "Петро Лосєв-молодший"),
        ("Robert Stone", "Robert Stone Jr."),
        ("Жан-Клод Моро", "Жан Клод Моро"),
        ("Алхаев", "Алхаевы"),
        ("Глеб Прист", "Глебом Пристом"),
    ],
)
def test_numbers_generations_and_families_do_not_hide_a_name(query: str, form: str) -> None:
    assert finds("person", query, form, [form])


@pytest.mark.parametrize("text", ["", "--", "II", "II III", "- II", "мл.", "Jr. Jr.", "-младший"])
def test_what_is_hardly_a_name_has_a_key(text: str) -> None:
    assert person_key(name_of(split(text)))


def test_two_kings_of_one_name_are_two() -> None:
    assert not finds("person", "Ян При", "Ян Прист", ["Ян Прист"])
    assert not finds("person", "Карл III", "Карла II", ["Карла II"])


@pytest.mark.parametrize(
    ("text", "language"), [("Вера и Илья Лосевы", "ru"), ("Віра та Ілля Лосєви", "uk")]
)
def test_each_of_a_family_has_its_surname(text: str, language: str) -> None:
    first, _, second = text.split(" ", 2)
    assert finds("person", f"{first} Лосева", text, [first, second], language)
    assert finds("person", second.split()[0] + " Лосев", text, [first, second], language)


@pytest.mark.parametrize(
    ("query", "form"), [("Жувьян Лось", "Жовьена Лося"), ("Рафаэль Лось", "Рфалій Лось")]
)
def test_a_first_name_that_no_table_has_may_be_spelled_otherwise(query: str, form: str) -> None:
    assert finds("person", query, form, [form])
    assert finds("person", form, query, [query])
    assert not finds("person", "Игорь Лось", form, [form])


def test_half_a_surname_finds_the_whole() -> None:
    for query in ("Кортес", "Окасио", "Окасио-Кортес", "А. Кортес"):
        assert finds("person", query, "Пришла Анна Окасио-Кортес.", ["Анна Окасио-Кортес"])
    assert not finds("person", "Борис Кортес", "Анна Окасио-Кортес.", ["Анна Окасио-Кортес"])


def test_the_surname_may_come_first() -> None:
    assert finds("person", "Андрей Ермак", "Ермак Андрей Борисович", ["Ермак Андрей Борисович"])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("Йенсен", "Ларсом Єнсеном"),
        ("Петер Єллінек", "Йеллинека"),
        ("фон дер Майен", "фон дер Маєн"),
        ("Гаррісон", "Харрисону"),
        ("Вілкінс", "Уилкинсом"),
        ("Максвелл", "Максуэллу"),
        ("Рейнхард", "Рейнгарду"),
        ("Гарсія", "Гарсиа"),
        ("Коулмен", "Коулману"),
        ("Чжун", "Джуна"),
    ],
)
def test_a_foreign_surname_is_one_as_either_language_spells_it(query: str, form: str) -> None:
    assert finds("person", query, f"Слово за {form}.", [form])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("Алексеев", "Олексієвим"),
        ("Білоконь", "Белоконя"),
        ("Подгорный", "Підгорного"),
        ("Андріївський", "Андреевскому"),
        ("Юрьев", "Юрієва"),
    ],
)
def test_a_surname_is_one_though_its_root_is_translated(query: str, form: str) -> None:
    assert finds("person", query, f"Слово за {form}.", [form])


def test_with_the_same_first_name_a_foreign_surname_may_sound_alike() -> None:
    written = "Урсула Кляйнбергер"
    assert finds("person", "Урсула Клейнбергер", written, [written])
    assert finds("person", "Урсула Клайнберґер", written, [written])
    assert not finds("person", "Ирма Клейнбергер", written, [written])
    assert not finds("person", "Урсула Беляева", "Урсула Белова", ["Урсула Белова"])


@pytest.mark.parametrize(
    ("query", "form"), [("Scholz", "Шольца"), ("von der Leyen", "фон дер Ляєн"), ("Рюттё", "Rutte")]
)
def test_a_known_person_is_found_in_latin_letters(query: str, form: str) -> None:
    assert finds("person", query, f"Прибыл {form}.", [form])


@pytest.mark.parametrize("query", ["Zelensky", "Володимир Зеленський", "Зеленским"])
def test_a_person_is_found_from_the_other_language_and_script(query: str) -> None:
    assert finds("person", query, "Прибыл Владимир Зеленский.", ["Владимир Зеленский"])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("СБУ", "Служби безпеки України"),
        ("СБУ", "Службу безопасности Украины"),
        ("сбу", "СБУ"),
        ("Служба безпеки України", "СБУ"),
        ("ЕС", "Євросоюзу"),
        ("EU", "Европейского союза"),
        ("Министерство обороны Украины", "Міноборони України"),
        ("Газпром", "ПАО «Газпром»"),
        ("Укрнафта", "ТОВ «Укрнафта»"),
        ("Ryanair", "компания Ryanair"),
        ("Всемирный банк", "Світового банку"),
        ("Донецкая областная военная администрация", "Донецької обласної військової адміністрації"),
        ("Харьковские тепловые сети", "«Харківські теплові мережі»"),
    ],
)
def test_a_body_is_found_by_acronym_alias_and_without_its_legal_form(query: str, form: str) -> None:
    assert finds("org", query, f"Сообщает {form}.", [form])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("Киев", "Києві"),
        ("Kyiv", "Киева"),
        ("сша", "Сполучених Штатів"),
        ("Россия", "РФ"),
        ("Турция", "Турецкой Республике"),
        ("Греція", "Грецькій Республіці"),
        ("Тайвань", "Китайской Республике"),
        ("Сербская Республика", "Республіці Сербській"),
        ("Китай", "Поднебесной"),
        ("Иордания", "Иорданском Хашимитском Королевстве"),
        ("Сальвадор", "Эль Сальвадоре"),
    ],
)
def test_a_place_is_found_in_every_spelling(query: str, form: str) -> None:
    assert finds("place", query, f"Это было в {form}.", [form])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("МИД Перу", "Министерство иностранных дел Перу"),
        ("МИД Перу", "МЗС Перу"),
        ("чешский Минфин", "Минфин Чехии"),
        ("мид перу", "МИД Перу"),
    ],
)
def test_an_acronym_within_a_name_is_spelled_out(query: str, form: str) -> None:
    assert finds("org", query, f"Сообщает {form}.", [form])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("Украина", "юго-востоке Украины"),
        ("Нара", "японской префектуре Нара"),
        ("вул. Зелена", "вул. Зеленій, 12"),
        ("Луганская область", "Луганской"),  # и Донецкой областей
        ("Харківська область", "Харківській"),
    ],
)
def test_a_place_is_found_by_its_name_without_what_stands_around_it(query: str, form: str) -> None:
    assert finds("place", query, f"Это было в {form}.", [form])


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("Суд ЕС", "ЕС"),
        ("ЕС", "суд ЕС"),
        ("Донецк", "Донецкая область"),
        ("Китай", "Китайская Республика"),
    ],
)
def test_what_only_shares_a_word_is_another(query: str, form: str) -> None:
    kind = "org" if "ЕС" in query else "place"
    assert not finds(kind, query, f"Сообщает {form}.", [form])


def test_an_acronym_is_the_body_that_the_text_abbreviates() -> None:
    text = "Центр изучения рынков растений (ЦИРР) открыт. ЦИРР ждёт гостей."
    names = ["Центр изучения рынков растений", "ЦИРР", "ЦИРР"]
    assert finds("org", "Центр изучения рынков растений", text, names)
    assert finds("org", "ЦИРР", text, names)


def test_facet_keys_are_one_for_each_name() -> None:
    text = "Андрей Ермак и Ермака видели в Киеве."
    article = Article("", text, language="ru")
    spans = [("person", "text", 0, 12), ("person", "text", 15, 21), ("place", "text", 31, 36)]
    keys = document_keys(mentions_from_spans(article, spans))
    assert [keys[k] for k in keys if is_facet_key(k)] == ["Андрей Ермак", "Киев"]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="person, org, place"):
        query_keys("planet", "Марс")
    with pytest.raises(InvalidArgument, match="within the 4 characters"):
        mentions_from_spans(Article("", "Киев"), [("place", "text", 0, 9)])


@given(st.sampled_from(["person", "org", "place"]), st.text(max_size=60))
def test_keys_hold_no_control_characters_and_never_fail(kind: str, text: str) -> None:
    for key in query_keys(kind, text):
        assert key.startswith(kind)
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in key)


@given(st.text(min_size=1, max_size=40).filter(lambda t: any(c.isalpha() for c in t)))
@example("|A|")  # the mark that parts the parts of a person's key
@example("Ермак|Андрей")
@example("A1ъъ")  # a word of letters that no stem keeps
def test_a_name_finds_the_article_that_consists_of_it(text: str) -> None:
    for kind in ("person", "org", "place"):
        article = Article("", text)
        keys = document_keys(mentions_from_spans(article, [(kind, "text", 0, len(text))]))
        asked = query_keys(kind, text)
        assert not asked or not set(asked).isdisjoint(keys)


@pytest.mark.parametrize("text", [" ", "|", "—", "\u0301"])
def test_a_span_without_letters_has_a_key_too(text: str) -> None:
    article = Article("Заголовок", text)
    for kind in ("person", "org", "place"):
        (mention,) = mentions_from_spans(article, [(kind, "text", 0, len(text))])
        assert mention.key.startswith(kind + ":")


def test_the_key_version_names_its_tables() -> None:
    """New tables give new keys: an index must be able to tell. For new rules raise the number."""
    digest = hashlib.blake2b(digest_size=6)
    for name in TABLES:
        digest.update((lexicon.DATA / name).read_bytes())
    rules, _, data = KEY_VERSION.partition("-")
    assert rules.isdigit()
    assert data == digest.hexdigest(), "the data changed: put this digest into KEY_VERSION"
