"""The inverter: collects articles in memory and writes them as one new segment."""

from __future__ import annotations

import dataclasses
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from newsindex.entities.keys import document_keys
from newsindex.entities.mentions import Mention
from newsindex.index.articles import ArticleWriter, encode_article
from newsindex.index.columns import UNDATED, Columns, id_hashes, numbered
from newsindex.index.files import AnyArray, ArrayFileWriter
from newsindex.index.postings import (
    ENTITY_PREFIX,
    SEGMENT_KIND,
    SENTENCE_MARK,
    URL_MARK,
    FormTable,
    PostingsWriter,
    frequency_table,
)
from newsindex.index.signatures import (
    LEAST_TOKENS,
    NO_KEY,
    Signatures,
    links_of,
    numbers_of_keys,
)
from newsindex.index.strings import write_strings
from newsindex.model import Article
from newsindex.text import key_of, scan_passages

# What finds the names of articles, one tuple of mentions for each.
Extract = Callable[[Iterable[Article]], Iterator[tuple[Mention, ...]]]
# Characters of articles whose names are extracted together.
_BATCH = 30_000
# Articles of one segment at the most: as many as 16 bits can number.
_MAX_DOCUMENTS = 1 << 16


@dataclasses.dataclass(slots=True)
class _Document:
    """An analysed article that waits to be written."""

    id: str
    published: int
    utc_offset: int
    source: str | None
    language: str | None
    title_length: int
    body_length: int
    forms: array[int]  # number of the form of each token, title first
    positions: array[int]
    title_tokens: int
    tokens: int  # those of title and body; marks come after them
    plain: array[int] | None  # forms of the text without links, where it has some
    title: str
    article: Article | None  # until its names are extracted
    record: bytes = b""
    entities: dict[str, str] = dataclasses.field(default_factory=dict)  # key -> name to show

    def text_forms(self) -> AnyArray:
        """The forms by which reprints are told: of the text, which keeps when it gets another
        headline; where it is short, of the title too."""
        forms = np.frombuffer(self.forms, np.uint32)
        title, body = forms[: self.title_tokens], forms[self.title_tokens : self.tokens]
        if self.plain is not None:
            body = np.frombuffer(self.plain, np.uint32)
        return body if len(body) >= LEAST_TOKENS else np.concatenate([title, body])


class _Vocabulary(dict[str, int]):
    """Numbers for the surface forms met in articles of one language."""

    def __init__(self, language: str | None, forms: list[tuple[str, str | None]]) -> None:
        super().__init__()
        self._language = language
        self._forms = forms

    def __missing__(self, form: str) -> int:
        number = self[form] = len(self._forms)
        self._forms.append((form, self._language))
        return number


class Inverter:
    """Collects articles; ``write`` turns them into a segment. A later article replaces an
    earlier one with the same id."""

    def __init__(self, extract: Extract | None = None) -> None:
        self._extract = extract
        self._waiting: list[_Document] = []
        self._waiting_length = 0
        self._documents: dict[str, _Document] = {}
        self._forms: list[tuple[str, str | None]] = []
        self._vocabularies: dict[str | None, _Vocabulary] = {}
        self.memory = 0

    def __len__(self) -> int:
        return len(self._documents)

    def is_full(self, memory: int) -> bool:
        """Whether the collected articles should be written, which may take so many bytes."""
        return self.memory >= memory or len(self) >= _MAX_DOCUMENTS

    def ids(self) -> list[str]:
        return list(self._documents)

    def add(self, article: Article) -> None:
        forms, positions = array("I"), array("I")
        title_length, _ = self._scan(article.title, article.language, 0, forms, positions)
        title_tokens = len(forms)
        length, sentences = self._scan(
            article.text, article.language, title_length, forms, positions
        )
        tokens = len(forms)
        self._mark(SENTENCE_MARK, sentences, forms, positions)
        if article.url:
            self._mark(URL_MARK, [0], forms, positions)
        published, offset = UNDATED, 0
        if article.published is not None:
            published = int(article.published.timestamp())
            delta = article.published.utcoffset()
            offset = int(delta.total_seconds()) // 60 if delta else 0
        self.discard(article.id)
        document = self._documents[article.id] = _Document(
            article.id, published, offset, article.source, article.language,
            title_length, length - title_length, forms, positions,
            title_tokens, tokens, self._plain(article, forms[title_tokens:tokens]),
            article.title, article,
        )  # fmt: skip
        self.memory += _memory(document)
        self._waiting.append(document)
        self._waiting_length += len(article.title) + len(article.text)
        if self._waiting_length > _BATCH:
            self._finish_waiting()

    def _finish_waiting(self) -> None:
        """Extract the names of the articles that wait for it, together: that is much faster."""
        articles = [document.article for document in self._waiting if document.article]
        found = self._extract(articles) if self._extract else repeat((), len(articles))
        for document, article, mentions in zip(self._waiting, articles, found, strict=True):
            document.record = encode_article(article, mentions)
            document.entities = document_keys(mentions) if mentions else {}
            document.article = None
        self._waiting = []
        self._waiting_length = 0

    def _scan(
        self,
        text: str,
        language: str | None,
        shift: int,
        forms: array[int],
        positions: array[int],
    ) -> tuple[int, list[int]]:
        """Append the forms and positions of a text that begins at position ``shift``; the position
        after its last, and those at which its sentences begin."""
        stop = shift
        starts: list[int] = []
        for own, found, places, sentences in scan_passages(text, language):
            vocabulary = self._vocabularies.get(own)
            if vocabulary is None:
                vocabulary = self._vocabularies[own] = _Vocabulary(own, self._forms)
            forms.extend([vocabulary[form] for form in found])
            positions.extend([shift + place for place in places] if shift else places)
            starts.extend([shift + place for place in sentences] if shift else sentences)
            stop = positions[-1] + 1 if places else stop
        return stop, starts

    def _mark(
        self, mark: str, places: Sequence[int], forms: array[int], positions: array[int]
    ) -> None:
        """Append a mark at some positions."""
        vocabulary = self._vocabularies.setdefault(None, _Vocabulary(None, self._forms))
        forms.extend([vocabulary[mark]] * len(places))
        positions.extend(places)

    def _plain(self, article: Article, body: array[int]) -> array[int] | None:
        """Of the forms of an article's text those that are not in its links; None if it has no
        links."""
        links = links_of(article.text)
        if not links:
            return None
        found = array("I")
        self._scan("\n".join(links), article.language, 0, found, array("I"))
        left = Counter(found)
        plain = array("I")
        for form in body:
            if left[form]:
                left[form] -= 1
            else:
                plain.append(form)
        return plain

    def discard(self, identifier: str) -> bool:
        """Forget the article with this id; whether there was one."""
        document = self._documents.pop(identifier, None)
        if document is None:
            return False
        self.memory -= _memory(document)
        return True

    def write(self, path: Path) -> int:
        """Write the collected articles (at least one) as a segment; its size in bytes."""
        self._finish_waiting()
        documents = list(self._documents.values())
        columns = _columns(documents)
        order = columns.order()
        columns.reorder(order)
        documents = [documents[i] for i in order.tolist()]
        with ArrayFileWriter(path, SEGMENT_KIND) as writer:
            columns.write(writer)
            writer.add("arrival", np.empty(0, dtype=np.uint8))
            self._write_postings(writer, documents, columns)
            articles = ArticleWriter(writer)
            articles.append_records([document.record for document in documents])
            articles.finish()
            return writer.finish()

    def _write_postings(
        self, writer: ArrayFileWriter, documents: Sequence[_Document], columns: Columns
    ) -> None:
        forms = np.concatenate([np.frombuffer(d.forms, np.uint32) for d in documents])
        positions = np.concatenate([np.frombuffer(d.positions, np.uint32) for d in documents])
        counts = np.array([len(d.forms) for d in documents])
        document_of = np.repeat(np.arange(len(documents), dtype=np.uint32), counts)
        # A form of an article that was replaced before it was written may have no token left.
        used = np.flatnonzero(np.bincount(forms, minlength=len(self._forms))).tolist()
        keys = {number: key_of(*self._forms[number]).encode() for number in used}
        entities = sorted({key for document in documents for key in document.entities})
        terms = [ENTITY_PREFIX + key.encode() for key in entities] + sorted(set(keys.values()))
        number_of_term = {term: number for number, term in enumerate(terms)}
        entries = [
            (self._forms[number][0].encode(), number_of_term[keys[number]]) for number in used
        ]
        entity_terms, entity_documents, names = _entity_postings(documents, entities)
        table = FormTable.build(entries + names)
        term_of = np.zeros(len(self._forms), dtype=np.uint32)
        code_of = np.zeros(len(self._forms), dtype=table.code.dtype)
        term_of[used] = [term for _, term in entries]
        code_of[used] = table.code[table.numbers_of(entries)]

        token_terms = term_of[forms]
        by_term = _stable_order(token_terms, len(terms))
        token_terms = token_terms[by_term]
        document_of = document_of[by_term]
        positions = positions[by_term]
        codes = code_of[forms[by_term]]
        first = np.ones(len(token_terms), dtype=bool)
        first[1:] = (token_terms[1:] != token_terms[:-1]) | (document_of[1:] != document_of[:-1])
        starts = np.flatnonzero(first)
        frequencies = np.diff(starts, append=len(token_terms))
        in_title = positions < columns.title_length[document_of]
        title_frequencies = (
            np.add.reduceat(in_title, starts, dtype=np.int64) if len(starts) else starts
        )
        # Postings of entities come first; they count no occurrences.
        none = np.zeros(len(entity_terms), dtype=np.int64)
        frequency, title_frequency, pairs = frequency_table(
            np.concatenate([none, frequencies]), np.concatenate([none, title_frequencies])
        )

        write_strings(writer, "term", terms)
        table.write(writer)
        lengths = columns.title_length + columns.body_length
        postings = PostingsWriter(
            writer, len(terms), lengths, frequency, title_frequency, table.code.dtype
        )
        self._write_signatures(writer, documents, keys)
        nothing = np.empty(0, dtype=np.int64)
        entity_pairs, word_pairs = np.split(pairs, [len(entity_terms)])
        postings.append(entity_terms, entity_documents, entity_pairs, nothing, nothing)
        postings.append(token_terms[starts], document_of[starts], word_pairs, positions, codes)
        postings.finish()

    def _write_signatures(
        self, writer: ArrayFileWriter, documents: Sequence[_Document], keys: dict[int, bytes]
    ) -> None:
        """Write what reprints are told by; ``keys`` has those of the forms with tokens."""
        numbers = np.full(len(self._forms), NO_KEY)
        numbers[list(keys)] = numbers_of_keys(list(keys.values()))
        Signatures.of([document.text_forms() for document in documents], numbers).write(writer)


def _entity_postings(
    documents: Sequence[_Document], entities: Sequence[str]
) -> tuple[AnyArray, AnyArray, list[tuple[bytes, int]]]:
    """The postings of the entities: term and document of each, sorted; and (name, term) pairs."""
    number_of = {key: number for number, key in enumerate(entities)}
    pairs = sorted(
        (number_of[key], number)
        for number, document in enumerate(documents)
        for key in document.entities
    )
    names = {
        (ENTITY_PREFIX + name.encode(), number_of[key])
        for document in documents
        for key, name in document.entities.items()
    }
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1], list(names)


def _memory(document: _Document) -> int:
    """About the bytes that a collected article takes until its segment is written, what the writing
    itself needs among them; measured on short items and on long ones, not derived."""
    return 5000 + 50 * len(document.forms)


def _columns(documents: Sequence[_Document]) -> Columns:
    ids = [document.id.encode() for document in documents]
    source, sources = numbered(document.source for document in documents)
    language, languages = numbered(document.language for document in documents)
    return Columns(
        published=np.array([document.published for document in documents], dtype=np.int64),
        utc_offset=np.array([document.utc_offset for document in documents], dtype=np.int16),
        source=source,
        language=language,
        title_length=np.array([document.title_length for document in documents], dtype=np.int64),
        body_length=np.array([document.body_length for document in documents], dtype=np.int64),
        id_hash=id_hashes(ids),
        ids=ids,
        titles=[document.title.encode() for document in documents],
        sources=sources,
        languages=languages,
    )


def _stable_order(values: AnyArray, limit: int) -> AnyArray:
    """A stable argsort of integers below ``limit``, by numpy's radix sort on 16-bit keys.

    Several times faster than its sort of 32-bit ones.
    """
    order = np.argsort(values.astype(np.uint16), kind="stable")
    if limit > 1 << 16:
        high = (values >> 16).astype(np.uint16)[order]
        order = order[np.argsort(high, kind="stable")]
    return order
