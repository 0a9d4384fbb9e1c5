"""The inverter: collects articles in memory and writes them as one new segment."""

from __future__ import annotations

import dataclasses
import functools
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from newsindex.entities.extractor import BATCH, extract_many, get_extractor
from newsindex.entities.keys import document_keys
from newsindex.entities.model import Mention
from newsindex.index.articles import ArticleWriter, encode_article
from newsindex.index.columns import UNDATED, Columns, id_hashes, numbered
from newsindex.index.files import AnyArray, ArrayFileWriter, smallest_dtype
from newsindex.index.forms import FormWriter, sorted_entries
from newsindex.index.grouping import Group, by_terms
from newsindex.index.memory import room_beside_names
from newsindex.index.postings import (
    ENTITY_PREFIX,
    SEGMENT_KIND,
    SENTENCE_MARK,
    URL_MARK,
    PostingsWriter,
    frequency_table,
)
from newsindex.index.signatures import LEAST_TOKENS, Signatures, links_of, numbers_of_keys
from newsindex.index.strings import write_strings
from newsindex.index.vocabulary import FORM_BYTES, Vocabulary
from newsindex.model import Article
from newsindex.text import detect, scan_by, scan_passages

# What finds the names of articles, one tuple of mentions for each.
Extract = Callable[[Iterable[Article]], Iterator[tuple[Mention, ...]]]
# Articles of one segment at the most: as many as 16 bits can number.
_MAX_DOCUMENTS = 1 << 16
# Bytes that a collected article takes, each of its tokens and each character of its text, what the
# writing of the segment needs among them. Measured on short items and on long ones, not derived.
_DOCUMENT_BYTES = 1500
_TOKEN_BYTES = 36
_CHARACTER_BYTES = 3
# What is known of words is kept for the next segment while it takes this part of the room.
_WORDS_SHARE = 0.5


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
    positions: array[int] | None  # None where they count the tokens
    title_tokens: int
    tokens: int  # those of title and body; marks come after them
    marks: array[int]  # positions of the marks
    plain: array[int] | None  # forms of the text without links, where it has some
    title: str
    memory: int  # bytes that it takes until its segment is written, about
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


class Inverter:
    """Collects articles; ``write`` turns them into a segment. A later article replaces an
    earlier one with the same id. ``room``: the bytes that it may take until it is full, and while
    it writes."""

    def __init__(self, extract: Extract | None, room: int) -> None:
        self._extract = extract
        self._room = room
        self._has_looked_for_names = False
        self.forget_words()
        self._clear()

    def forget_words(self) -> None:
        """Forget what is known of words from earlier segments; nothing may wait to be written."""
        self._vocabulary = Vocabulary()
        # The number of each key in the signatures, as far as they were asked for.
        self._signature_numbers: AnyArray = np.empty(0, dtype=np.uint32)

    def _clear(self) -> None:
        self._waiting: list[_Document] = []
        self._waiting_length = 0
        self._documents: dict[str, _Document] = {}
        self._bytes = 0
        self._links: dict[tuple[str | None, str], list[int]] = {}
        # Of articles that an index had before, by id: the number of the segment they came in.
        self.arrivals: dict[str, int] = {}
        # What is known of words serves the next segment, too, as long as there is room for it.
        if FORM_BYTES * len(self._vocabulary) > self._room * _WORDS_SHARE:
            self.forget_words()

    def __len__(self) -> int:
        return len(self._documents)

    def is_full(self) -> bool:
        """Whether the collected articles should be written."""
        used = self._bytes + FORM_BYTES * len(self._vocabulary)
        return used >= self._room or len(self) >= _MAX_DOCUMENTS

    def ids(self) -> list[str]:
        return list(self._documents)

    def add(self, article: Article) -> None:
        published, offset = UNDATED, 0
        if article.published is not None:
            published = int(article.published.timestamp())
            delta = article.published.utcoffset()
            offset = int(delta.total_seconds()) // 60 if delta else 0
        scanned = self._scan(article)
        self.discard(article.id)
        memory = _DOCUMENT_BYTES + _TOKEN_BYTES * len(scanned[2])
        memory += _CHARACTER_BYTES * len(article.text)
        document = self._documents[article.id] = _Document(
            article.id, published, offset, article.source, article.language,
            *scanned, article.title, memory, article,
        )  # fmt: skip
        self._bytes += memory
        self._waiting.append(document)
        self._waiting_length += len(article.title) + len(article.text)
        if self._waiting_length > BATCH:
            self._finish_waiting()

    def _finish_waiting(self) -> None:
        """Extract the names of the articles that wait for it, together: that is much faster."""
        articles = [document.article for document in self._waiting if document.article]
        if self._extract and not self._has_looked_for_names:
            self._has_looked_for_names = any(article.entities is None for article in articles)
            if self._has_looked_for_names:
                self._room = room_beside_names(self._room)
        found = self._extract(articles) if self._extract else repeat((), len(articles))
        for document, article, mentions in zip(self._waiting, articles, found, strict=True):
            document.record = encode_article(article, mentions)
            document.entities = document_keys(mentions) if mentions else {}
            document.article = None
        self._waiting = []
        self._waiting_length = 0

    def _scan(
        self, article: Article
    ) -> tuple[int, int, array[int], array[int] | None, int, int, array[int], array[int] | None]:
        """The analysis of an article: the fields of a _Document from ``title_length`` on."""
        forms = array("I")
        marks = array("I")
        passages: list[tuple[int, list[int]]] = []
        title = length = title_tokens = 0
        words_of = self._vocabulary.words
        for text in (article.title, article.text):
            title, title_tokens = length, len(forms)
            marks = array("I")
            for _, found, positions, sentences in scan_passages(text, article.language, words_of):
                forms.extend(found)
                passages.append((title, positions))
                marks.extend([title + place for place in sentences])
                length = title + positions[-1] + 1 if positions else length
        tokens = len(forms)
        places = None
        if length != tokens:
            places = array("I")
            for shift, positions in passages:
                places.extend([shift + place for place in positions] if shift else positions)
        plain = self._plain(article, forms[title_tokens:])
        number_of = words_of(None).value_of
        forms.extend([number_of(SENTENCE_MARK)] * len(marks))
        if article.url:
            forms.append(number_of(URL_MARK))
            marks.append(0)
        return title, length - title, forms, places, title_tokens, tokens, marks, plain

    def _plain(self, article: Article, body: array[int]) -> array[int] | None:
        """Of the forms of an article's text those that are not in its links; None if it has no
        links."""
        links = "\n".join(links_of(article.text))
        if not links:
            return None
        # Those under the posts of a channel are always the same, and in the language of its posts.
        found = self._links.get((article.language, links))
        if found is None:
            found = scan_by(self._vocabulary.words(article.language), links)[0]
            self._links[article.language, links] = found
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
        self._bytes -= document.memory
        return True

    def write(self, path: Path) -> int:
        """Write the collected articles (at least one) as a segment, and forget them; the size of
        the segment in bytes."""
        self._finish_waiting()
        documents = list(self._documents.values())
        columns = _columns(documents)
        order = columns.order()
        columns.reorder(order)
        documents = [documents[i] for i in order.tolist()]
        with ArrayFileWriter(path, SEGMENT_KIND) as writer:
            columns.write(writer)
            writer.add("arrival", self._arrivals(documents, path))
            write_strings(writer, "id", [document.id.encode() for document in documents])
            write_strings(writer, "title", [document.title.encode() for document in documents])
            self._write_signatures(writer, documents)
            self._write_postings(writer, documents, columns)
            articles = ArticleWriter(writer)
            articles.append_records([document.record for document in documents])
            articles.finish()
            size = writer.finish()
        self._clear()
        return size

    def _write_postings(
        self, writer: ArrayFileWriter, documents: Sequence[_Document], columns: Columns
    ) -> None:
        forms = np.frombuffer(b"".join([document.forms for document in documents]), np.uint32)
        entities = sorted({key for document in documents for key in document.entities})
        entity_terms, entity_documents, names = _entity_postings(documents, entities)
        terms, term_of, code_of, code_type = self._write_dictionary(writer, forms, entities, names)

        counts = np.array([len(document.forms) for document in documents])
        document_of = np.repeat(np.arange(len(documents), dtype=np.uint32), counts)
        positions = _positions(documents, counts)
        in_title = positions < columns.title_length.astype(np.uint32)[document_of]
        groups = [
            Group.of(tokens, first, term_of[forms[tokens]], document_of, in_title)
            for first, tokens in by_terms(term_of, forms, terms)
        ]
        del in_title
        # Postings of entities come first; they count no occurrences.
        none = np.zeros(len(entity_terms), dtype=np.uint8)
        frequency, title_frequency, pairs = frequency_table(
            np.concatenate([none, *(group.frequencies for group in groups)]),
            np.concatenate([none, *(group.title_frequencies for group in groups)]),
        )
        lengths = columns.title_length, columns.body_length
        postings = PostingsWriter(writer, terms, *lengths, frequency, title_frequency, code_type)
        nothing = np.empty(0, dtype=np.int64)
        entity_pairs, pairs = np.split(pairs, [len(entity_terms)])
        postings.append(entity_terms, entity_documents, entity_pairs, nothing, nothing)
        for group in groups:
            own, pairs = np.split(pairs, [len(group.frequencies)])
            first = group.tokens[group.starts]
            postings.append(
                term_of[forms[first]],
                document_of[first],
                own,
                positions[group.tokens],
                code_of[forms[group.tokens]],
            )
        postings.finish()

    def _arrivals(self, documents: Sequence[_Document], path: Path) -> AnyArray:
        """The arrivals of ``documents``; none where all come first in the segment ``path``."""
        if not self.arrivals:
            return np.empty(0, dtype=np.uint8)
        own = int(path.stem)
        arrivals = np.array([self.arrivals.get(each.id, own) for each in documents])
        return arrivals.astype(smallest_dtype(int(arrivals.max())))

    def _write_signatures(self, writer: ArrayFileWriter, documents: Sequence[_Document]) -> None:
        """Write what reprints are told by."""
        known = self._signature_numbers
        new = numbers_of_keys([key.encode() for key in self._vocabulary.keys[len(known) :]])
        self._signature_numbers = np.concatenate([known, new])
        texts = [document.text_forms() for document in documents]
        numbers = self._signature_numbers[np.frombuffer(self._vocabulary.key_of, np.uint32)]
        Signatures.of(texts, numbers).write(writer)

    def _write_dictionary(
        self,
        writer: ArrayFileWriter,
        forms: AnyArray,
        entities: Sequence[str],
        names: Sequence[tuple[bytes, int]],
    ) -> tuple[int, AnyArray, AnyArray, np.dtype[np.generic]]:
        """Write the terms and the forms of the tokens ``forms``; the number of terms, the term and
        the code of each form of the vocabulary, and the dtype of a code."""
        vocabulary = self._vocabulary
        # A form known from other articles may have no token here.
        there = np.bincount(forms, minlength=len(vocabulary)) > 0
        used = (ordered := vocabulary.ordered_forms())[there[ordered]]
        key_of = np.frombuffer(vocabulary.key_of, np.uint32)[used]
        there = np.bincount(key_of, minlength=len(vocabulary.keys)) > 0
        keys = (ordered := vocabulary.ordered_keys())[there[ordered]]
        terms = [ENTITY_PREFIX + key.encode() for key in entities]
        number_of = np.empty(len(vocabulary.keys), dtype=np.int64)
        number_of[keys] = np.arange(len(terms), len(terms) + len(keys))
        terms += [vocabulary.keys[number].encode() for number in keys.tolist()]
        write_strings(writer, "term", terms)
        texts = [vocabulary.forms[number].encode() for number in used.tolist()]
        texts += [name for name, _ in names]
        of_names = np.array([term for _, term in names], dtype=np.int64)
        form_terms = np.concatenate([number_of[key_of], of_names])
        sorted_texts, sorted_terms, places = sorted_entries(texts, form_terms)
        table = FormWriter(writer, len(terms))
        codes = table.append(sorted_texts, sorted_terms)
        code_type = table.finish()
        term_of = np.zeros(len(vocabulary), dtype=np.uint32)
        code_of = np.zeros(len(vocabulary), dtype=code_type)
        term_of[used] = form_terms[: len(used)]
        code_of[used] = codes[places[: len(used)]]
        return len(terms), term_of, code_of, code_type


def _positions(documents: Sequence[_Document], counts: AnyArray) -> AnyArray:
    """The position of each token of ``documents``, as uint32."""
    counting = memoryview(np.arange(counts.max() + 1, dtype=np.uint32).tobytes())
    parts: list[memoryview | array[int]] = []
    for document in documents:
        positions = document.positions
        parts.append(counting[: 4 * document.tokens] if positions is None else positions)
        parts.append(document.marks)
    return np.frombuffer(b"".join(parts), np.uint32)


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


def _columns(documents: Sequence[_Document]) -> Columns:
    ids = [document.id.encode() for document in documents]
    source, sources = numbered([document.source for document in documents])
    language, languages = numbered([document.language for document in documents])
    return Columns(
        published=np.array([document.published for document in documents], dtype=np.int64),
        utc_offset=np.array([document.utc_offset for document in documents], dtype=np.int16),
        source=source,
        language=language,
        title_length=np.array([document.title_length for document in documents], dtype=np.int64),
        body_length=np.array([document.body_length for document in documents], dtype=np.int64),
        id_hash=id_hashes(ids),
        sources=sources,
        languages=languages,
    )


def with_language(article: Article) -> Article:
    """The article with its language detected from its text, where it has none."""
    if article.language is not None:
        return article
    language, _ = detect(f"{article.title}\n{article.text}")
    return article if language is None else dataclasses.replace(article, language=language)


def extract_with(name: str) -> Extract | None:
    """What extracts the names of articles by the extractor called ``name``; None for no name."""
    if not name:
        return None
    get_extractor(name)
    return functools.partial(extract_many, name=name)
