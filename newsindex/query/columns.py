"""Leaves that ask for a document's date, source, language or id, or for what it has."""

from __future__ import annotations

import numpy as np
from whoosh import query as q

from newsindex.index.columns import UNDATED, id_hashes
from newsindex.index.files import AnyArray
from newsindex.index.postings import ENTITY_PREFIX, URL_MARK
from newsindex.index.segment import Segment
from newsindex.query.expansion import glob
from newsindex.query.leaves import DATE, HAS, ID, LANGUAGE, SOURCE, TITLE, Wildcard


def is_column(node: q.Query) -> bool:
    """Whether a leaf asks for something of the document other than its words and names."""
    if isinstance(node, q.NumericRange):
        return bool(node.fieldname == DATE)
    return isinstance(node, (q.Term, q.Prefix)) and node.fieldname in (SOURCE, LANGUAGE, ID, HAS)


def column_mask(segment: Segment, node: q.Query, documents: AnyArray) -> AnyArray:
    """For each of ``documents`` whether it is as ``node`` (see `is_column`) wants it."""
    if isinstance(node, q.NumericRange):
        low, high = segment.date_window(node.start, node.end)
        mask: AnyArray = (documents >= low) & (documents < high)
        return mask
    if node.fieldname == HAS:
        return _has(segment, node.text)[documents]
    if node.fieldname == ID:
        identifier = [node.text.strip().encode()]
        found = segment.find(identifier, id_hashes(identifier))
        return np.isin(documents, found)
    names, column = (
        (segment.sources, segment.source)
        if node.fieldname == SOURCE
        else (segment.languages, segment.language)
    )
    wanted = node.text.casefold().strip()
    folded = [name.casefold() for name in names]
    if isinstance(node, q.Prefix):
        matching = [bool(name) and name.startswith(wanted) for name in folded]
    elif isinstance(node, Wildcard):
        pattern = glob(wanted)
        matching = [bool(name) and pattern.fullmatch(name) is not None for name in folded]
    else:
        matching = [bool(name) and name == wanted for name in folded]
    by_number: AnyArray = np.array(matching, dtype=bool)
    return by_number[column[documents]]


def _has(segment: Segment, what: str) -> AnyArray:
    """For each document of a segment whether it has a date, a title or a url, or names a person,
    an organisation or a place."""
    if what == DATE:
        dated: AnyArray = segment.published != UNDATED
        return dated
    if what == TITLE:
        titled: AnyArray = segment.title_length > 0
        return titled
    if what == "url":
        mark = segment.term_number(URL_MARK)
        terms = range(mark, mark + 1) if mark >= 0 else range(0)
    else:
        terms = segment.terms.prefix(ENTITY_PREFIX + f"{what}:".encode())
    mask = np.zeros(segment.documents, dtype=bool)
    if len(terms):
        mask[segment.docids.whole(terms.start, terms.stop)] = True
    return mask
