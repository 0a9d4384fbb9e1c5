"""The bundled pages, each with what a reader says of it: title, time, source, body, no more."""

from __future__ import annotations

import importlib.resources

import pytest

from newsindex.documents import parse_page

PAGES = importlib.resources.files("newsindex.demo") / "pages"
# file, published, source, how the title begins, how the body begins and ends, words of the sidebar
GOLD = [
    ("01-most-kiev", "2024-03-12T09:40:00+02:00", "Столичный вестник", "В Киеве открыли",
     "В Киеве после двух лет", "малых переправ.", "Троллейбусы аквапарк Рестораторы перил читать"),
    ("02-mist-kyiv", "2024-03-12T11:05:00+02:00", "Дніпровська хвиля", "У Києві запрацював",
     "Новий пішохідний міст", "сусіднього ліцею.", "Тимчук маршрутках левеня Синоптики Viber"),
    ("03-port-odessa", "2024-06-05T16:20:00+03:00", "ПОРТОВЫЙ КУРЬЕР", "Одесский порт принял",
     "Одесский порт принял первый", "1,1 миллиарда гривен.", "Рыбаки Паром клад Ctrl служба"),
    ("04-tramvai-lviv", "2024-07-14T08:15:00+03:00", "Галицька пошта", "У Львові на Сихів",
     "Перший рейс був безкоштовним", "кілометрів колії.", "Левандівці Орися заводчанам Telegram"),
    ("05-metro-kharkov", "2024-09-03T13:45:00+03:00", "atn-slobozhanshina.example.com.ua",
     "Харьковское метро", "Харьков закупит сорок", "до аэропорта.", "жирафу меда Оробец Осужден"),
    ("06-universytet-kharkiv", "2024-10-17T09:30:00+03:00", "Слобідський кур'єр",
     "Харківські фізики", "Команда Харківського", "сорок господарств.", "рисей супутник вікна"),
    ("07-water-dnepr", "2024-11-08T14:05:00+02:00", "Речная газета", "Уровень Днепра",
     "Агентство водных путей", "96 миллионов гривен.", "Сом катер Viber"),
    ("08-festyval-chernivtsi", "2024-12-20T18:00:00+02:00", "Буковинський оглядач",
     "Фестиваль вертепів", "У Чернівцях", "кошик улюбленого театру.", "куті ялинку USD"),
    ("09-volleyball-dnepr", "2025-01-26T21:17:00+02:00", "Спорт-Экран", "Волейболистки",
     "«Приднепровье» обыграло", "прислал команде поздравление.", "Биатлонистка Ровно судья"),
    ("10-vrozhai-poltava", "2025-09-22T07:50:00+03:00", "АГРОГОЛОС", "Полтавські аграрії",
     "Господарства Полтавщини", "туди в п'ятницю.", "гарбузи Вівчарі Молоко украинского"),
    ("11-telescope-nikolaev", "2025-02-19T10:30:00+02:00", "Южная правда сегодня",
     "Николаевская обсерватория", "Вчені назвали", "оплачивает Николаев.", "кометах яйца кошек"),
    ("12-vitriaky-mykolaiv", "2025-04-04T15:30:00+03:00", "Чорноморський час", "Під Миколаєвом",
     "Під Миколаєвом почала", "чотири сусідні села.", "балконі митниці Оркестр пляшці"),
    ("13-zima-kiev", "2024-12-31T00:00:00+02:00", "Погодный дневник", "Новогодняя ночь",
     "Синоптики обещают Киеву", "в 2019 году.", "Астролог Змеи салатов игрушек"),
    ("14-lekari-vinnytsia", "2025-05-27T12:00:00+03:00", "МЕДІАТИЖДЕНЬ", "Вінницькі кардіологи",
     "Хірурги Вінницької", "шістдесят людей.", "шоколадна Рошен мільйон материалов"),
    ("15-konsultatsii-kiev", "2025-08-01T17:25:00+03:00", "Дипломатический листок",
     "Киев и Рига договорились", "Киев и Рига проведут", "ведет с Эстонией.", "янтаря яхт Фермеры"),
    ("16-ekopark-odesa", "2025-08-18T19:40:00+03:00", "Південний берег", "Екопарк на місці",
     "Одеса обрала проєкт", "Дня міста наступного року.", "Дельфін персики Руденко Тролейбус"),
]  # fmt: skip


@pytest.mark.parametrize("gold", GOLD, ids=[row[0] for row in GOLD])
def test_a_bundled_page_is_read_as_a_person_would(gold: tuple[str, ...]) -> None:
    name, published, source, title, start, end, sidebar = gold
    article = parse_page((PAGES / f"{name}.txt").read_text("utf-8"))
    assert article.published is not None
    assert article.published.isoformat() == published
    assert article.source == source
    assert article.title.startswith(title)
    assert article.text.startswith(start)
    assert article.text.endswith(end)
    assert article.language == ("uk" if set("іїє") & set(article.title) else "ru")
    assert not [word for word in sidebar.split() if word in article.text + article.title]


def test_every_bundled_page_has_its_gold() -> None:
    assert sorted(file.name for file in PAGES.iterdir()) == [f"{row[0]}.txt" for row in GOLD]
