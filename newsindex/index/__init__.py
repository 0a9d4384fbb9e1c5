"""The index on disk: segments, manifest, writer and snapshots.

An index is a folder::

    manifest.json            the committed state; replaced atomically at each commit (manifest.py)
    00000007.seg             a segment: one array file (files.py), immutable
    00000007-00000012.del    the documents deleted from segment 7, immutable
    alerts.json, alerts.lock queries that are watched, and their lock (newsindex.alerts.store)
    alerts.seen              what they have reported (newsindex.alerts.seen)
    00000013.dup             which articles are reprints of each other, immutable (reprints.py)
    00000014.src             the files that were read, and when they changed (sources.py)
    writer.lock, writer.txt  the lock of the one writer, and who holds it (writer.py)

The manifest lists every live file with its size. Files that it does not list are leftovers of a
writer that died; the next writer removes them. A commit writes new files, syncs them and the
folder, and then replaces the manifest; a reader therefore sees one committed state or another,
never a mixture.

A segment holds these arrays (names as in the file; N documents, T terms, F forms, P postings,
M occurrences; every array has the smallest unsigned dtype that holds its values unless noted):

======================  ========  ==================================================================
term_text, term_start             the keys, UTF-8, sorted: the dictionary. First those of persons,
                                  organisations and places, each behind a blank
posting_start           T+1       where each term's postings start
posting_document                  document of each posting of the terms without bitmap that are
                                  not packed, ascending within a term (docids.py)
dense_term                        numbers of the terms that have a bitmap for a list, ascending
dense_bitmap            uint64    their bitmaps, the first document in the lowest bit, each in
                                  whole blocks of 256 documents
packed_term                       numbers of the packed terms, ascending
packed_document         uint16    low half of the document of each of their postings
packed_start                      where each packed term's entries there start
packed_window           uint32    for each packed term, where each window of 65,536 documents starts
                                  in its list, and where the last one ends
posting_frequency       P         code of its pair (frequency, title frequency)
frequency               codes     occurrences of the term in the document, by code
title_frequency         codes     those among them that stand in the title
window_term, window_row           numbers of the terms that have windows, ascending, and where the
                                  entries of each start (impacts.py): one a window and a last one
window_bits                       the width of each term's windows, as a power of two documents
window_bound            uint16    bound of the impacts in each window, in 65,535ths; the last is 0
window_posting, window_occurrence uint32: the term's postings, and occurrences, before each window
window_high             uint32    its entries in position_high before each window
position_start          T+1       where each term's occurrences start
position                M uint8   position of each occurrence in its document, title and body in one
                                  count: the low byte
position_high                     the rest of it, only for documents of more than 256 positions
position_high_start     T+1       where each term's entries in it start
position_form_block               code of the surface form at each occurrence: blocks of 65,536
                                  codes, compressed with Zstandard (blocks.py)
position_form_block_start         where each block starts, and the end of the last
form_text, form_start             the surface forms, UTF-8, sorted; those of an entity are the names
                                  to show for it, each behind a blank
form_term, form_code    F         the term of each form, and its code within the term
published               N int64   seconds since 1970 UTC, ascending; the smallest int64 is "undated"
utc_offset              N int16   minutes by which the article's own clock was ahead of UTC
source, language        N         numbers into source_text and language_text; 0 is "none"
title_length            N         token positions in the title
body_length             N         token positions in the body
arrival                 N or 0    number of the segment in which each document first came, which
                                  grows from commit to commit; empty where it is this one
signature               uint32    the smallest numbers of the keys of each document, ascending
                                  (signatures.py)
signature_start         N+1       where each document's begin
id_text, id_start                 the articles' ids, in document order
id_hash                 N uint64  64-bit BLAKE2b of the ids, sorted
id_document             N         the document of each hash
title_text, title_start           the articles' titles, in document order
article_text            bytes     url, text, names and more of each article (articles.py)
article_start           N+1       where each article's record starts
article_dictionary      N uint8   which of the dictionaries it was compressed against
dictionary_text, _start           those dictionaries; an empty one stands for none
======================  ========  ==================================================================

Two terms are marks, which no text holds: ``.`` at the first position of every sentence of a body,
``:url`` at position 0 of every article with a url.

Documents of a segment are sorted by date, and by the hash of their id within a date, so that a
range of dates is one slice of every posting list, and so that the same articles give the same
segment (but for their arrivals) in whatever order they came.
"""
