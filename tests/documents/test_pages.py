"""What belongs to the article of a page and what does not, sign by sign."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsindex.documents import explain_page, parse_page
from newsindex.errors import InvalidArgument, InvalidArticle

SEED = Path(__file__).parents[2].parent / "shared/data/seed/interfax-ukraine-2025-08-01.txt"
PROSE = (
    "Агентство водных путей предупредило капитанов о мелях ниже Кременчуга.\n\n"
    "За две недели Днепр опустился, и баржи с полной загрузкой рискуют сесть на грунт.\n\n"
    "Углублять русло начнут в марте, сообщил руководитель агентства."
)
HEAD = "Речная газета\n14:05, 8 ноября 2024\n\nУровень Днепра у Кременчуга упал\n\n"


def body(page: str) -> str:
    return parse_page(page).text


@pytest.mark.skipif(not SEED.exists(), reason=f"no page at {SEED}")
def test_the_first_page_that_was_asked_for() -> None:
    article = parse_page(SEED.read_text("utf-8"))
    assert article.source == "Интерфакс-Украина"
    assert article.published is not None
    assert article.published.isoformat() == "2025-08-01T18:46:00+03:00"
    assert article.language == "ru"
    assert len(article.text.split("\n\n")) == 5
    assert article.title not in article.text
    gone = ("Трамп", "ресторан", "Шмыгаль", "читать", "РЕКЛАМА", "UKR.NET", "ПОСЛЕДНЕЕ")
    assert not [word for word in gone if word in article.text]


@pytest.mark.parametrize(
    "line",
    [
        *("2 мин читать", "Читати 3 хв", "Время чтения: 4 минуты", "РЕКЛАМА", "На правах рекламы"),
        *("Поделиться в Telegram", "Facebook | Twitter | Viber", "Просмотров: 1 482", "👁 3 207"),
        "Читайте также: Сом весом в сорок килограммов попал в сети под Черкассами",
        "Читайте також: У Карпатах порахували рисей",
        "Підписуйтесь на наш Telegram-канал, щоб нічого не пропустити.",
        "Нашли ошибку? Выделите ее и нажмите Ctrl+Enter",
        *("Фото: пресс-служба порта", "Автор: Денис Оробец", "Теги: Киев, мосты, река"),
        "Мы используем файлы cookie, чтобы сайт работал лучше.",
    ],
)
@pytest.mark.parametrize("where", ["above", "within", "below"])
def test_a_line_of_furniture_is_dropped_wherever_it_stands(line: str, where: str) -> None:
    first, rest = PROSE.split("\n\n", 1)
    parts = {"above": [line, first, rest], "within": [first, line, rest]}
    assert body(HEAD + "\n\n".join(parts.get(where, [first, rest, line]))) == PROSE


@pytest.mark.parametrize(
    "opener",
    [
        *("ЕЩЕ ПО ТЕМЕ:", "Читайте также", "ЧИТАЙТЕ ТАКОЖ:", "Материалы по теме", "Смотрите также"),
        *("ПОСЛЕДНЕЕ", "Останні новини", "Главное", "Популярное за неделю", "Самое читаемое"),
        *("Новости партнеров", "Вас может заинтересовать", "Лента новостей", "Зараз читають"),
        *("Рекомендуємо", "Выбор редакции", "Схожі новини", "Топ новини", "Все новости"),
    ],
)
def test_a_list_of_links_below_the_text_is_dropped(opener: str) -> None:
    links = "Суд повернув підвал\n\nВ зоопарке выбрали имя жирафу\n\nКурсы водителей подешевели"
    assert body(f"{HEAD}{PROSE}\n\n{opener}\n\n{links}") == PROSE


@pytest.mark.parametrize(
    "between", ["Реклама\nПродолжение после рекламы", "Фото: пресс-служба", "РЕКЛАМА"]
)
def test_a_short_last_sentence_below_an_advertisement_or_a_picture_stays(between: str) -> None:
    last = "Билеты останутся по прежней цене."
    assert body(f"{HEAD}{PROSE}\n{between}\n{last}\nТеги:\nДнепр\nбаржи") == f"{PROSE}\n{last}"


def test_a_list_of_links_within_the_text_ends_where_its_sentences_go_on() -> None:
    first, rest = PROSE.split("\n\n", 1)
    links = "Читайте также:\nСом весом в сорок килограммов попал в сети\nПаром отменили"
    assert body(f"{HEAD}{first}\n\n{links}\n\n{rest}") == PROSE


@pytest.mark.parametrize(
    "banner",
    [
        "Ми використовуємо файли cookie\n"
        "Ми та наші 812 партнерів зберігаємо та отримуємо доступ до інформації на пристрої, як-от"
        " файли cookie, і обробляємо персональні дані.\nПрийняти всі\nВідхилити\nНалаштувати",
        "Мы ценим вашу конфиденциальность\n"
        "Мы и наши партнеры храним и получаем доступ к информации на устройстве и обрабатываем"
        " персональные данные, такие как уникальные идентификаторы, для рекламы и контента.\n"
        "С вашего разрешения мы и наши партнеры можем использовать точные данные о местоположении."
        "\nПРИНЯТЬ ВСЕ\nДРУГИЕ НАСТРОЙКИ",
        "Этот сайт использует файлы cookies. Продолжая пользоваться сайтом, вы соглашаетесь с"
        " политикой обработки персональных данных.\nХорошо",
        "Цей веб-сайт використовує cookie-файли для статистики.\nДізнатися більше\nПогоджуюсь",
        "Ваша конфіденційність важлива для нас\n"
        "Продовжуючи користуватися сайтом, Ви даєте згоду на обробку персональних даних.\n"
        "Я погоджуюсь\nКерувати налаштуваннями",
        "На сайте используются cookie-файлы и рекомендательные технологии.\n"
        "Оставаясь на сайте, вы подтверждаете свое согласие.\nПринять и закрыть",
        "Разрешить уведомления?\nБудьте в курсе главных новостей: включите уведомления в браузере."
        "\nРазрешить\nНе сейчас",
        "Вам уже исполнилось 18 лет?\nДа\nНет",
        "У вас включен блокировщик рекламы\n"
        "Пожалуйста, отключите AdBlock, чтобы поддержать наш сайт.\nЗакрыть",
        "Ваш город — Киев?\nДа, верно\nВыбрать другой",
    ],
    ids="iab-uk iab-ru cookies-ru cookies-uk privacy-uk site-ru push age adblock city".split(),
)
@pytest.mark.parametrize("where", ["above", "in the head", "below"])
def test_what_a_site_asks_its_visitors_is_no_part_of_the_article(banner: str, where: str) -> None:
    page = {
        "above": f"{banner}\n{HEAD}{PROSE}",
        "in the head": HEAD.replace("\n14:05", f"\n{banner}\n14:05") + PROSE,
        "below": f"{HEAD}{PROSE}\n\n{banner}",
    }[where]
    article = parse_page(page)
    assert (article.title, article.source) == ("Уровень Днепра у Кременчуга упал", "Речная газета")
    assert article.published is not None
    assert article.text == PROSE


@pytest.mark.parametrize(
    "sentence",
    [
        "Мы и наши партнеры в Европе готовы помочь, и это не обсуждается.",
        "Google откажется от файлов cookie в браузере Chrome в будущем году.",
        "Используя сайт знакомств, вы рискуете потерять деньги, предупредила полиция.",
        "Нет.",
        "Так!",
    ],
)
def test_a_sentence_that_only_sounds_like_such_a_question_stays(sentence: str) -> None:
    first, rest = PROSE.split("\n\n", 1)
    page = f"{HEAD}{first}\n\n{sentence}\n\n{rest}"
    assert body(page) == f"{first}\n\n{sentence}\n\n{rest}"


def test_a_sentence_set_off_within_the_text_is_not_its_headline() -> None:
    quotation = "«Углублять русло начнут в марте и закончат к маю, сообщил руководитель агентства»."
    first, rest = PROSE.split("\n\n", 1)
    links = "Читайте также\nПаром отменили"
    page = f"{first}\n\n{quotation}\n\n{links}\n\n{quotation}\n\n{rest}"
    assert parse_page(page).title == ""


def test_the_name_of_a_newspaper_is_no_date() -> None:
    page = f"{HEAD}{PROSE}\n\nФото: Ольга Лиман, «Сегодня»"
    article = parse_page(page, now=datetime(2024, 11, 10, tzinfo=UTC))
    assert article.published is not None
    assert article.published.day == 8
    undated = parse_page(f'{PROSE}\n\nФото: Ольга Лиман, "Сегодня"', now=datetime.now(UTC))
    assert undated.published is None


def test_headlines_without_a_heading_are_dropped_below_the_text() -> None:
    links = "В зоопарке выбрали имя жирафу\nСуд вернул громаде подвал\nТроллейбус сменит маршрут"
    assert body(f"{HEAD}{PROSE}\n\n{links}") == PROSE


def test_a_footer_in_the_other_language_is_dropped() -> None:
    assert body(f"{HEAD}{PROSE}\n\nДніпровський портал - новини з усієї України") == PROSE


def test_comments_are_dropped_though_they_are_sentences() -> None:
    comments = "Комментарии (2)\n\nСтепан\nДавно пора было предупредить всех капитанов, молодцы!"
    assert body(f"{HEAD}{PROSE}\n\n{comments}") == PROSE


@pytest.mark.parametrize(
    "part",
    [
        "ЧТО ДЕЛАТЬ КАПИТАНАМ\n\nСудам советуют ждать буксир и сверяться с картой глубин.",
        "- Вы закроете проход?\n\n- Нет.\n\n- Почему?\n\n- Грузы не ждут, и река не ждет.",
        "Судоводителей просят:\n• сверяться с картой\n• держать связь\n• сообщать о буях",
        "«Мы просим не грузить баржи»\n\nТак говорят в агентстве, и там знают, о чем говорят.",
        "Он ушел.\n\nТишина.\n\nВода шла вниз.",
        "Культура\n\nРечники просят вспомнить, что у Днепра есть и своя культура судоходства.",
    ],
    ids=["heading", "interview", "list", "quotation", "short sentences", "menu word as heading"],
)
def test_short_lines_of_the_article_itself_stay(part: str) -> None:
    first, rest = PROSE.split("\n\n", 1)
    assert body(f"{HEAD}{first}\n\n{part}\n\n{rest}") == f"{first}\n\n{part}\n\n{rest}"


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "Раз.\nДва.\nТри.",
        "Белеет парус одинокой\nВ тумане моря голубом!..\nЧто ищет он в стране далекой?\n"
        "Что кинул он в краю родном?..",
        "Вингер сборной Украины Андрей Ярмоленко во время интервью журналистам\nзаявил, что"
        " первый тайм тура его команда играла неплохо и\nмогла забить, но во втором тайме"
        " моментов не было совсем, и поэтому\nпроиграла хозяевам поля с разгромным счетом.",
    ],
    ids=["paragraphs", "short lines", "verse", "wrapped"],
)
def test_a_text_that_is_no_scraped_page_comes_through_whole(text: str) -> None:
    article = parse_page(text)
    assert "\n".join(filter(None, (article.title, article.text))).split() == text.split()


@pytest.mark.parametrize(
    "line",
    [
        "Читайте также: судно вышло в рейс. Напомним, в мае его команда спасла рыбаков: те трое"
        " суток провели на льдине без еды и связи, и получила за это благодарность порта и города.",
        "Выпущены релизы программы расчета глубин 1.21.5 и 1.20.12",
        "Курс барж на 6 марта 2025",
        "Результат: Днепр - Буг 2:1, Буг - Ингул 0:3, Ингул - Днепр 1:1.",
    ],
    ids=["prose after a sign", "numbers of versions", "a date in a headline", "scores"],
)
def test_what_only_resembles_furniture_stays(line: str) -> None:
    first, rest = PROSE.split("\n\n", 1)
    assert line in body(f"{HEAD}{first}\n\n{line}\n\n{rest}")


def test_a_page_of_long_blanks_is_read_in_no_time() -> None:
    assert parse_page(f"{HEAD}{PROSE}\n\nслово{' ' * 200_000}- слово").title


@pytest.mark.parametrize(
    ("top", "source"),
    [
        ("Речная газета\n14:05, 8 ноября 2024", "Речная газета"),
        ("Главная\nНовости\nРечная газета\n14:05, 8 ноября 2024", "Речная газета"),
        ("Речная газета | новости порта\n14:05, 8 ноября 2024", "Речная газета"),
        ("8 ноября 2024, 14:05 | rechnaya.example.com", "rechnaya.example.com"),
        ("Уровень Днепра упал | Речная газета\n8 ноября 2024, 14:05", "Речная газета"),
    ],
)
def test_the_name_of_the_site_is_found(top: str, source: str) -> None:
    page = f"{top}\n\nУровень Днепра упал\n\n{PROSE}"
    article = parse_page(page)
    assert article.title == "Уровень Днепра упал"
    assert article.source == source
    assert article.text == PROSE


def test_the_owner_in_the_copyright_line_names_the_site() -> None:
    page = f"14:05, 8 ноября 2024\nУровень Днепра упал\n\n{PROSE}\n\n© 2009-2024 «Речная газета»"
    assert parse_page(page).source == "Речная газета"


def test_the_hour_counts_and_an_update_does_not() -> None:
    dates = "Обновлено: 9 ноября 2024, 10:00\nОпубликовано: 8 ноября 2024, 14:05"
    published = parse_page(f"10.11.2024\nУровень Днепра упал\n{dates}\n\n{PROSE}").published
    assert published is not None
    assert published.isoformat() == "2024-11-08T14:05:00+02:00"


def test_a_relative_date_needs_the_time_of_the_crawl() -> None:
    page = f"Речная газета\nвчера, 14:05\n\nУровень Днепра упал\n\n{PROSE}"
    published = parse_page(page, now=datetime(2024, 11, 9, 8, tzinfo=UTC)).published
    assert published is not None
    assert published.isoformat() == "2024-11-08T14:05:00+02:00"
    assert parse_page(page).published is None


def test_the_address_of_the_page_gives_its_time_zone() -> None:
    page = f"{HEAD}{PROSE}\n\nСсылка: https://rechnaya.example.ru/news/17"
    article = parse_page(page)
    assert article.url == "https://rechnaya.example.ru/news/17"
    assert article.published is not None
    assert article.published.isoformat() == "2024-11-08T14:05:00+03:00"


def test_every_line_has_a_verdict_and_the_kept_ones_are_the_article() -> None:
    page = f"{HEAD}2 мин читать\n\n{PROSE}\n\nПОСЛЕДНЕЕ\n\nВ зоопарке выбрали имя жирафу"
    lines = explain_page(page)
    assert [line.text for line in lines] == [line for line in page.splitlines() if line]
    assert all(line.role and line.reason and 0 <= line.score <= 1 for line in lines)
    kept = [line.text for line in lines if line.kept]
    article = parse_page(page)
    assert kept == [article.title, *article.text.split("\n\n")]


def test_a_page_without_words_is_refused() -> None:
    with pytest.raises(InvalidArticle, match="no article on the page"):
        parse_page("\n\nРЕКЛАМА\n\nРЕКЛАМА\n")


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="Mars"):
        parse_page(PROSE, timezone="Mars/Olympus")


LINES = st.lists(
    st.sampled_from([*PROSE.split("\n\n"), "", "РЕКЛАМА", "ПОСЛЕДНЕЕ", "8 ноября 2024", "Читайте"])
    | st.text(max_size=40)
)


@given(LINES.map("\n".join))
def test_no_page_makes_the_reader_fail(page: str) -> None:
    try:
        article = parse_page(page)
    except InvalidArticle:
        return
    kept = {word for line in explain_page(page) if line.kept for word in line.text.split()}
    assert set(article.text.split()) <= kept | set(article.text.split("\n"))
