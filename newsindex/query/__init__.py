"""The query language, and the evaluation of its trees.

A query is words, joined by AND when nothing stands between them. Every word finds all its forms,
in Russian and in Ukrainian articles alike.

================================  =================================================================
``оборонные консультации``        articles that hold both words, in any form, anywhere
``"оборонные консультации"``      side by side in this order, in any form; «» „“ “” are quotes too
``"пакет санкций"~3``             in this order, each at most 3 positions after the one before
``(санкции NEAR/5 пакет)``        at most 5 positions apart, in any order; NEAR alone is NEAR/10; a
                                  third part must be as near to the stretch of the two before.
                                  Parts are words, phrases, and OR of them (64 at most) in
                                  brackets; of more than eight the others may stand anywhere
``SENTENCE(санкции пакет)``       in one sentence; parts as with NEAR. The title is one sentence
``"мир война газ нефть"/3``       at least 3 of these words
``Киев OR Харьков``               either; OR binds closer than the blank: ``a b OR c`` is a (b OR
                                  c)
``война -учения``                 without; also ``NOT учения``
``(мир OR перемирие) Украина``    brackets group
``консульт*``                     words whose spelling begins so
``пре*ент``, ``сл?во``            ``*`` stands for any letters, ``?`` for one (at the end of a word
                                  it is a question mark); also in phrases: ``"пре*ент Украин*"``. A
                                  word that begins with one needs two letters in a row
``Зеленьский~1``                  the word in any form, and what is spelled with one letter more,
                                  less, other or swapped with its neighbour; ``~2`` with two, ``~``
                                  is ``~1``
``=договором``                    this very form, case aside; also ``="в городе"``
``title:саммит``                  in the headline only; also ``title:"..."``, ``title:(a OR b)``
``person,org:Рада``               in one of these fields
``source:interfax.com.ua``        from this source (its whole name, case aside; ``source:inter*``)
``lang:uk``                       articles in this language
``id:3f2a``                       the article with this id
``person:Ермак``                  articles that name this person, in any form, spelling or
                                  language; ``person:"Андрей Ермак"`` not those about another Ермак
``org:СБУ``, ``place:Киев``       the same for organisations and places
``has:person``                    that name some person; also org, place; that have a date, url,
                                  title
``date:2025-08``                  published then: a year, a month, a day, a moment
``date:август 2025``              the same in Russian, Ukrainian or English words: ``вчера``,
                                  ``сьогодні``, ``прошлая неделя``, ``минулого місяця``,
                                  ``last month``, ``последние 7 дней``, ``3 дня назад``,
                                  ``1 серпня``; also in ranges
``date:now-7d``                   since then; units are s, m, h, d, w, M and y, ``now-1M/M`` is the
                                  whole of the month before
``date:[2025-08-01 TO 08.2025]``  from the first to the last, both included; ``{..}`` excludes an
                                  end, ``*`` or nothing leaves it open; also ``date:>=2025-08-01``
``date:2025-07..2025-08``         from the first to the last; with blanks as well
``date:none``                     without a date
``санкции^2 нефть``               the first counts double in the order of hits
``*``                             every article
================================  =================================================================

AND, OR and NOT are also understood as И/І/ТА, ИЛИ/АБО and НЕ, NEAR as РЯДОМ/ПОРУЧ, SENTENCE as
ПРЕДЛОЖЕНИЕ/РЕЧЕННЯ, in capitals; AND as ``&&``, OR as ``||`` or ``|``. A compound such as
``дрон-камикадзе`` finds its parts side by side, however they are joined.

Any string parses. What makes no sense (a bracket without its partner, a date that is none) is left
out, and named with its place in the diagnostics.

The string is parsed by Whoosh's query parser into a tree of ``whoosh.query`` nodes (`parse`), and
the tree is evaluated over a snapshot by numpy (`search`): Whoosh's own index is not used.
"""

from newsindex.query.diagnostic import Diagnostic
from newsindex.query.ordering import RankedDocument
from newsindex.query.parser import ParsedQuery, parse
from newsindex.query.search import Ranking, search

__all__ = ["Diagnostic", "ParsedQuery", "RankedDocument", "Ranking", "parse", "search"]
