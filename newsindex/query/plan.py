"""Plans: trees that are one OR of words, or one AND of words and restrictions, taken apart.

Most queries are of these shapes; their best documents are found without scoring all that match.
Everything else is evaluated step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from whoosh import query as q

from newsindex.index.docids import members
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.query.best import Best, add_from_blocks, add_from_documents, add_from_lists
from newsindex.query.columns import is_column
from newsindex.query.evaluate import SegmentEvaluation
from newsindex.query.leaves import ENTITY_FIELDS, TEXT, ExactTerm, Languages, Word, leaf_words
from newsindex.query.lists import PostingList, WordLists, together
from newsindex.query.postings import terms_of
from newsindex.query.sets import intersection, union
from newsindex.query.statistics import Statistics

# So many postings of one list, and of several together, are scored one and all, rather than picked
# from.
_SCORED_WHOLE = 1 << 14
_SCORED_TOGETHER = 1 << 17
_NONE: AnyArray = np.empty(0, dtype=np.int64)


class Plan(NamedTuple):
    """The parts of a tree. ``words`` (each with its boost) must all stand in a document (``every``)
    or any; then ``filters`` must hold, and none of ``without`` may stand in it."""

    words: tuple[tuple[Word, float], ...]
    every: bool
    filters: tuple[q.Query, ...] = ()
    without: tuple[Word, ...] = ()


# Of more words than these any of which will do, nearly every document has to be scored, and bounds
# only cost: 50 frequent words take 0.4 s with a plan, 0.07 s without.
_MOST_OF_ANY = 8


def plan_of(tree: q.Query, languages: Languages) -> Plan | None:
    """The plan of a tree, None if it has another shape. With ``languages``, words are joined within
    these only; that takes looking at surface forms, and is no plan."""
    if languages or (isinstance(tree, (q.And, q.Or)) and tree.boost != 1):
        return None
    if isinstance(tree, q.Or) and not isinstance(tree, q.DisjunctionMax):
        words = [_word(clause) for clause in tree.subqueries]
        found = tuple(word for word in words if word is not None)
        planned = 0 < len(found) == len(words) <= _MOST_OF_ANY
        return Plan(found, every=False) if planned else None
    clauses = list(tree.subqueries) if type(tree) is q.And else [tree]
    scored: list[tuple[Word, float]] = []
    filters: list[q.Query] = []
    without: list[Word] = []
    for clause in clauses:
        word = _word(clause)
        if word is not None:
            scored.append(word)
        elif is_column(clause) or _is_name(clause):
            filters.append(clause)
        elif isinstance(clause, q.Not) and (unwanted := _word(clause.query)):
            without.append(unwanted[0])
        else:
            return None
    return Plan(tuple(scored), True, tuple(filters), tuple(without)) if scored else None


def _word(node: q.Query) -> tuple[Word, float] | None:
    """The word that a leaf asks for, in any form and place, and its boost."""
    if type(node) is not q.Term or isinstance(node, ExactTerm) or node.fieldname != TEXT:
        return None
    words = leaf_words(node, ())
    return (words[0], node.boost) if len(words) == 1 and node.boost > 0 else None


def _is_name(node: q.Query) -> bool:
    return isinstance(node, q.Term) and node.fieldname in ENTITY_FIELDS


def dated_documents(
    plan: Plan, evaluation: SegmentEvaluation, wanted: int, *, oldest: bool
) -> tuple[int, AnyArray]:
    """How many live documents of the segment's window match, and at least the ``wanted`` newest or
    oldest of them, ascending."""
    words = [_lists(evaluation, word, 0.0) for word, _ in plan.words]
    if len(words) == 1 and len(words[0].lists) == 1 and not plan.filters and not plan.without:
        posting_list = words[0].lists[0]
        segment = evaluation.segment
        if evaluation.window == (0, segment.documents):
            total = segment.document_frequency(posting_list.term)
            return total, _at_end(posting_list, segment, wanted, oldest=oldest)
    if plan.every:
        documents = _matching(plan, words, evaluation) if all(w.size for w in words) else _NONE
    else:
        lists = [each.within(*evaluation.window) for word in words for each in word.lists]
        documents = evaluation.live(union(lists, evaluation.segment.documents)) if lists else _NONE
    return len(documents), documents


def _at_end(posting_list: PostingList, segment: Segment, wanted: int, *, oldest: bool) -> AnyArray:
    """The ``wanted`` oldest or newest live documents of a list, and perhaps more; all, if it has
    fewer."""
    count = wanted
    while True:
        documents = posting_list.at_end(count, first=oldest)
        if segment.live is None:
            return documents
        documents = documents[segment.live[documents]]
        if len(documents) >= wanted or count >= posting_list.size:
            return documents
        count *= 4


def best_documents(
    plan: Plan,
    evaluation: SegmentEvaluation,
    statistics: Statistics,
    wanted: int,
    floor: float,
) -> tuple[int, AnyArray, AnyArray]:
    """How many live documents of the segment's window match, and the best of them that reach
    ``floor``: their numbers and scores, ``wanted`` of each at the most, in no order."""
    segment = evaluation.segment
    window = evaluation.window
    words = [_lists(evaluation, word, statistics.gain([word], boost)) for word, boost in plan.words]
    best = Best(wanted, floor)
    if plan.every and not all(word.size for word in words):
        return 0, best.documents, best.scores
    norms = statistics.norms(segment)
    stretch = statistics.stretch(segment)
    only = not plan.filters and not plan.without
    any_will_do = not plan.every or (only and len(words) == 1)
    few = _SCORED_WHOLE if sum(len(word.lists) for word in words) == 1 else _SCORED_TOGETHER
    if any_will_do and sum(word.size for word in words) <= few:
        documents, scores = together([word.scored(*window, norms) for word in words])
        if segment.live is not None:
            live = segment.live[documents].nonzero()[0]
            documents, scores = documents[live], scores[live]
        if wanted:
            best.add(documents, scores)
        return len(documents), best.documents, best.scores
    if any_will_do:
        total = _count_any(words, evaluation)
        if total and wanted:
            add_from_lists(best, words, norms, window, stretch)
    elif only and all(word.bitmap is not None for word in words):
        total = _count_every(words, evaluation)
        if total and wanted:
            add_from_blocks(best, words, norms, window, stretch)
    else:
        documents = _matching(plan, words, evaluation)
        total = len(documents)
        if total and wanted:
            add_from_documents(best, documents, words, norms, stretch)
    return total, best.documents, best.scores


def _lists(evaluation: SegmentEvaluation, word: Word, gain: float) -> WordLists:
    segment = evaluation.segment
    return WordLists([PostingList(segment, term.term) for term in terms_of(segment, word)], gain)


def _matching(plan: Plan, words: Sequence[WordLists], evaluation: SegmentEvaluation) -> AnyArray:
    """The live documents in which every word stands and all else holds, ascending."""
    rarest, *others = sorted(words, key=lambda word: word.size)
    named = [evaluation.match(node) for node in plan.filters if _is_name(node)]
    if named and min(map(len, named)) < rarest.size:
        # Fewer documents name somebody than hold a word.
        first, *named = sorted(named, key=len)
        documents, others = first, [rarest, *others]
    else:
        documents = union(
            [each.within(*evaluation.window) for each in rarest.lists], evaluation.segment.documents
        )
    for word in others:
        documents = documents[word.holds(documents)]
    for naming in named:
        documents = intersection(documents, naming, evaluation.segment.documents)
    for node in plan.filters:
        if not _is_name(node):
            documents = evaluation.match(node, documents)
    for unwanted in plan.without:
        documents = documents[~_lists(evaluation, unwanted, 0.0).holds(documents)]
    return evaluation.live(documents)


def _count_every(words: Sequence[WordLists], evaluation: SegmentEvaluation) -> int:
    """How many live documents have every word, each of which has a bitmap."""
    bitmaps = [word.bitmap for word in words if word.bitmap is not None]
    return _count_bits(np.bitwise_and.reduce(bitmaps), evaluation)


def _count_any(words: Sequence[WordLists], evaluation: SegmentEvaluation) -> int:
    """How many live documents have any of the words."""
    first, stop = evaluation.window
    lists = [each for word in words for each in word.lists]
    segment = evaluation.segment
    if len(lists) == 1 and segment.live is None and (first, stop) == (0, segment.documents):
        return lists[0].size
    dense = [each.bitmap for each in lists if each.bitmap is not None]
    sparse = [each.within(first, stop) for each in lists if each.bitmap is None]
    if not dense and len(sparse) == 1:
        return len(evaluation.live(sparse[0]))
    if not dense:
        found = np.zeros(segment.documents, dtype=bool)
    else:
        joint: AnyArray = dense[0] if len(dense) == 1 else np.bitwise_or.reduce(dense)
        if not sparse:
            return _count_bits(joint, evaluation)
        found = np.unpackbits(joint.view(np.uint8), bitorder="little").view(bool)
    for documents in sparse:
        found[documents] = True
    found = found[first:stop]
    if segment.live is not None:
        found &= segment.live[first:stop]
    return int(np.count_nonzero(found))


def _count_bits(bitmap: AnyArray, evaluation: SegmentEvaluation) -> int:
    """How many live documents of the window are in a bitmap."""
    first, stop = evaluation.window
    segment = evaluation.segment
    if segment.live is None and (first, stop) == (0, segment.documents):
        return int(np.bitwise_count(bitmap).sum())
    return len(evaluation.live(members(bitmap, first, stop)))
