"""A segment opened for reading: its dictionary, postings, document columns and stored articles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path

import numpy as np

from newsindex.entities.model import Mention
from newsindex.errors import IndexCorrupt
from newsindex.index.articles import ArticleReader
from newsindex.index.columns import UNDATED, id_hashes
from newsindex.index.deletions import DELETIONS_KIND
from newsindex.index.docids import Docids
from newsindex.index.files import AnyArray, ArrayFile
from newsindex.index.impacts import Windows, weights
from newsindex.index.manifest import SegmentEntry
from newsindex.index.postings import ENTITY_PREFIX, SEGMENT_KIND, Occurrences
from newsindex.index.signatures import Signatures
from newsindex.index.strings import Strings
from newsindex.model import Article

# Looked-up terms that a segment remembers; a batch of queries repeats its words.
_REMEMBERED_TERMS = 10_000
# Of so many terms and fewer the postings are counted without numpy.
_FEW_TERMS = 32
# Arrays of one entry a document.
_COLUMNS = (
    "published",
    "utc_offset",
    "source",
    "language",
    "title_length",
    "body_length",
    "id_hash",
    "id_document",
    "article_dictionary",
)


class Segment:
    """One immutable segment and the deletions that a snapshot sees in it.

    Documents are numbered from 0 in the order of their dates, undated ones first. Arrays are
    read-only views on the mapped file; nothing is read before it is asked for.
    """

    def __init__(self, folder: Path, entry: SegmentEntry) -> None:
        self.entry = entry
        self.file = ArrayFile(folder / entry.name, SEGMENT_KIND)
        self.documents = self._meta("documents")
        # Counted before anything is allocated by these numbers.
        for expected, found in (
            (entry.size, self.file.size),
            (entry.documents, self.documents),
            *((entry.documents, len(self.file.part(name).values)) for name in _COLUMNS),
        ):
            if expected != found:
                raise IndexCorrupt(
                    f"{self.file.path}: expected {expected} (says the manifest), found {found};"
                    " restore the file from a backup, or index the articles again"
                )
        self._deletions = (
            ArrayFile(folder / entry.deletions, DELETIONS_KIND, size=entry.deletions_size)
            if entry.deletions
            else None
        )
        self._term_numbers: dict[str, int] = {}
        self._live_frequencies: dict[int, int] = {}

    def _meta(self, name: str) -> int:
        value = self.file.meta.get(name)
        if not isinstance(value, int) or value < 0:
            raise IndexCorrupt(f"{self.file.path}: expected the number {name!r}, found {value!r}")
        return value

    # Deletions

    @cached_property
    def deleted(self) -> AnyArray:
        """Numbers of the deleted documents, ascending."""
        if self._deletions is None:
            return np.empty(0, dtype=np.uint32)
        return self._deletions["document"]

    @cached_property
    def live(self) -> AnyArray | None:
        """A mask of the documents that are not deleted, or None where all are live."""
        if not len(self.deleted):
            return None
        mask = np.ones(self.documents, dtype=bool)
        mask[self.deleted] = False
        return mask

    @property
    def live_documents(self) -> int:
        return self.documents - len(self.deleted)

    @property
    def written_positions(self) -> tuple[int, int]:
        """Token positions in all titles and in all bodies, deleted ones among them."""
        return self._meta("title_positions"), self._meta("body_positions")

    @cached_property
    def live_positions(self) -> tuple[int, int]:
        """Token positions in the titles and in the bodies of the live documents."""
        title, body = self.written_positions
        if len(self.deleted):
            title -= int(self.title_length[self.deleted].sum(dtype=np.int64))
            body -= int(self.body_length[self.deleted].sum(dtype=np.int64))
        return title, body

    # Dictionary

    @cached_property
    def terms(self) -> Strings:
        return Strings(self.file, "term")

    @cached_property
    def forms(self) -> Strings:
        return Strings(self.file, "form")

    @cached_property
    def form_term(self) -> AnyArray:
        return self.file["form_term"]

    @cached_property
    def form_code(self) -> AnyArray:
        return self.file["form_code"]

    @cached_property
    def form_count(self) -> AnyArray:
        """Number of surface forms of each term, uint32."""
        if int(self.form_term.max(initial=0)) > len(self.terms):
            raise IndexCorrupt(f"{self.file.path}: expected forms of terms that are there")
        return np.bincount(self.form_term, minlength=len(self.terms)).astype(np.uint32)

    def term_number(self, key: str) -> int:
        """The number of a term in the dictionary, or -1."""
        number = self._term_numbers.get(key)
        if number is None:
            number = self.terms.find(key.encode())
            if len(self._term_numbers) >= _REMEMBERED_TERMS:
                self._term_numbers.clear()
            self._term_numbers[key] = number
        return number

    def form_rows(self, form: str) -> range:
        """The rows of the form table that hold exactly this surface form."""
        encoded = form.encode()
        rows = self.forms.prefix(encoded)
        stop = rows.start
        while stop < rows.stop and self.forms[stop] == encoded:
            stop += 1
        return range(rows.start, stop)

    def entity_term(self, key: str) -> int:
        """The number of the term that is this key of an entity, or -1."""
        return self.term_number(ENTITY_PREFIX.decode() + key)

    def rows_of_term(self, term: int) -> list[int]:
        """The rows of the form table that belong to a term."""
        rows: list[int] = np.flatnonzero(self.form_term == term).tolist()
        return rows

    def form_prefix_rows(self, prefix: str) -> range:
        """The rows of the form table whose surface form starts with ``prefix``."""
        return self.forms.prefix(prefix.encode())

    # Postings

    @cached_property
    def posting_start(self) -> AnyArray:
        return self.file["posting_start"]

    @cached_property
    def docids(self) -> Docids:
        """Documents of the postings; within a term ascending."""
        return Docids(self.file, self.documents)

    @cached_property
    def posting_frequency(self) -> AnyArray:
        """Code of each posting's pair (frequency, title frequency); those of a term are verified
        with its documents."""
        return self.file.part("posting_frequency").values

    @cached_property
    def frequency(self) -> AnyArray:
        """Occurrences in the document, by frequency code."""
        return self.file["frequency"]

    @cached_property
    def title_frequency(self) -> AnyArray:
        """Occurrences in the title, by frequency code."""
        return self.file["title_frequency"]

    @cached_property
    def weight_of_code(self) -> AnyArray:
        """The weight of a posting, by frequency code; float32 (see newsindex.index.impacts)."""
        return weights(self.frequency, self.title_frequency)

    @cached_property
    def windows(self) -> Windows:
        """The windows of the frequent terms."""
        return Windows(self.file)

    @cached_property
    def position_start(self) -> AnyArray:
        return self.file["position_start"]

    @cached_property
    def occurrences(self) -> Occurrences:
        """Positions and surface forms of the postings."""
        return Occurrences(
            self.file, self.docids, self.windows, self.title_length, self.body_length
        )

    def document_frequency(self, term: int) -> int:
        """Number of live documents that hold the term."""
        if self.live is None:
            return self.postings_of([term])
        frequency = self._live_frequencies.get(term)
        if frequency is None:
            frequency = int(np.count_nonzero(self.live[self.docids.of(term)[2]]))
            if len(self._live_frequencies) >= _REMEMBERED_TERMS:
                self._live_frequencies.clear()
            self._live_frequencies[term] = frequency
        return frequency

    def postings_of(self, terms: Sequence[int]) -> int:
        """Number of all postings of some terms, deleted documents among them."""
        if len(terms) <= _FEW_TERMS:
            start = self.posting_start.data
            return sum(start[term + 1] - start[term] for term in terms)
        numbers = np.array(terms, dtype=np.int64)
        starts, stops = self.posting_start[numbers], self.posting_start[numbers + 1]
        return int(stops.sum(dtype=np.int64)) - int(starts.sum(dtype=np.int64))

    # Document columns

    @cached_property
    def published(self) -> AnyArray:
        """int64 seconds since 1970 UTC, ascending; UNDATED where there is no date."""
        return self.file["published"]

    @cached_property
    def source(self) -> AnyArray:
        """Number of each document's source in ``sources``."""
        return self.file["source"]

    @cached_property
    def sources(self) -> list[str]:
        return [string.decode() for string in Strings(self.file, "source")]

    @cached_property
    def language(self) -> AnyArray:
        """Number of each document's language in ``languages``."""
        return self.file["language"]

    @cached_property
    def languages(self) -> list[str]:
        return [string.decode() for string in Strings(self.file, "language")]

    @cached_property
    def title_length(self) -> AnyArray:
        """Token positions in each title."""
        return self.file["title_length"]

    @cached_property
    def body_length(self) -> AnyArray:
        """Token positions in each body."""
        return self.file["body_length"]

    @cached_property
    def arrival(self) -> AnyArray:
        """Number of the segment in which each document first came. Those of a later commit are
        greater: at least the ``next_file`` of the manifest before it."""
        arrival = self.file["arrival"]
        if len(arrival):
            return arrival
        return np.full(self.documents, int(Path(self.entry.name).stem), dtype=np.uint32)

    @cached_property
    def signatures(self) -> Signatures:
        """By which reprints are told."""
        return Signatures(self.file["signature"], self.file["signature_start"])

    def hashes_of_all(self) -> AnyArray:
        """uint64 hash of the id of every document, in document order."""
        hashes: AnyArray = np.empty(self.documents, dtype=np.uint64)
        hashes[self.file["id_document"]] = self.file["id_hash"]
        return hashes

    def hashes_of(self, documents: AnyArray) -> AnyArray:
        """uint64 hash of the id of each of ``documents``: their order within a date."""
        return id_hashes([self.ids[document] for document in documents.tolist()])

    @cached_property
    def ids(self) -> Strings:
        return Strings(self.file, "id")

    @cached_property
    def titles(self) -> Strings:
        return Strings(self.file, "title")

    def title(self, document: int) -> str:
        return self.titles[document].decode()

    def date_window(self, since: int | None, until: int | None) -> tuple[int, int]:
        """The documents dated ``since <= t < until`` (seconds since 1970 UTC): first and stop.

        With neither bound every document is in the window, undated ones included.
        """
        if since is None and until is None:
            return 0, self.documents
        low = UNDATED + 1 if since is None else since
        first = int(np.searchsorted(self.published, low))
        if until is None:
            return first, self.documents
        return first, max(first, int(np.searchsorted(self.published, until)))

    # Single documents

    def find(self, identifiers: Collection[bytes], hashes: AnyArray) -> list[int]:
        """Numbers of the documents, live or not, with one of these ids; ``hashes`` is
        ``id_hashes(identifiers)``, which a caller with several segments computes once."""
        table = self.file["id_hash"]
        documents = self.file["id_document"]
        found: list[int] = []
        first = np.searchsorted(table, hashes, side="left")
        stop = np.searchsorted(table, hashes, side="right")
        hit = stop > first
        for low, high in zip(first[hit].tolist(), stop[hit].tolist(), strict=True):
            found.extend(d for d in documents[low:high].tolist() if self.ids[d] in identifiers)
        return found

    def find_hash(self, id_hash: np.uint64) -> list[int]:
        """Numbers of the documents, live or not, the ids of which have this hash."""
        table = self.file["id_hash"]
        first, stop = (int(np.searchsorted(table, id_hash, side)) for side in ("left", "right"))
        found: list[int] = self.file["id_document"][first:stop].tolist()
        return found

    def is_live(self, document: int) -> bool:
        return self.live is None or bool(self.live[document])

    @cached_property
    def articles(self) -> ArticleReader:
        return ArticleReader(self.file)

    def article_and_mentions(self, document: int) -> tuple[Article, tuple[Mention, ...]]:
        """The stored article of a document and the names in it; one reading gives both."""
        url, text, names, _, author, dateline = self.articles.fields(document)
        article = Article(
            title=self.title(document),
            text=text,
            url=url,
            published=self.published_time(document),
            source=self.sources[self.source[document]] or None,
            language=self.languages[self.language[document]] or None,
            id=self.ids[document].decode(),
            author=author,
            dateline=dateline,
        )
        parts = {"title": article.title, "text": text}
        mentions = tuple(
            Mention(kind, start, stop, field, parts[field][start:stop], key, name)
            for kind, field, start, stop, key, name in names
        )
        return article, mentions

    def published_time(self, document: int) -> datetime | None:
        """The date of a document, at the offset from UTC with which it was published."""
        seconds = int(self.published[document])
        if seconds == UNDATED:
            return None
        offset = timedelta(minutes=int(self.file["utc_offset"][document]))
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return moment.astimezone(timezone(offset))

    def verify(self) -> None:
        """Read and check every byte. Raises IndexCorrupt."""
        self.file.verify()
        if self._deletions is not None:
            self._deletions.verify()
