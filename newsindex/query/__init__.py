"""The query language, and the evaluation of its trees.

A query is words, joined by AND when nothing stands between them. Every word finds all its forms,
in Russian and in Ukrainian articles alike.

=============================  ===================================================================
``оборонные консультации``     articles that hold both words, in any form, anywhere
``"оборонные консультации"``   side by side in this order, in any form; «» „“ “” are quotes too
``"пакет санкций"~3``          in this order, each word at most 3 positions after the one before
``Киев OR Харьков``            either; OR binds closer than the blank: ``a b OR c`` is a (b OR c)
``война -учения``              without; also ``NOT учения``
``(мир OR перемирие) Украина`` brackets group
``консульт*``                  words whose spelling begins so
``=договором``                 this very form, case aside; also ``="в городе"``
``title:саммит``               in the headline only; also ``title:"..."``, ``title:(a OR b)``
``source:interfax.com.ua``     from this source (its whole name, case aside; ``source:inter*``)
``lang:uk``                    articles in this language
``id:3f2a``                    the article with this id
``person:Ермак``               articles that name this person, in any form, spelling or language;
                               ``person:"Андрей Ермак"`` not those about another Ермак
``org:СБУ``, ``place:Киев``    the same for organisations and places
``date:2025-08``               published then: a year, a month, a day, a moment
``date:[2025-08-01 TO 08.2025]``  from the first to the last, both included; ``{..}`` excludes an
                               end, ``*`` or nothing leaves it open; also ``date:>=2025-08-01``
``санкции^2 нефть``            the first counts double in the order of hits
``*``                          every article
=============================  ===================================================================

AND, OR and NOT are also understood as И/І/ТА, ИЛИ/АБО and НЕ, in capitals. A compound such as
``дрон-камикадзе`` finds its parts side by side, however they are joined.

Any string parses. What makes no sense (a bracket without its partner, a date that is none) is left
out, and named with its place in the diagnostics.

The string is parsed by Whoosh's query parser into a tree of ``whoosh.query`` nodes (`parse`), and
the tree is evaluated over a snapshot by numpy (`search`): Whoosh's own index is not used.
"""

from newsindex.query.parser import ParsedQuery, parse
from newsindex.query.search import RankedDocument, Ranking, search
from newsindex.query.tidy import Diagnostic

__all__ = ["Diagnostic", "ParsedQuery", "RankedDocument", "Ranking", "parse", "search"]
