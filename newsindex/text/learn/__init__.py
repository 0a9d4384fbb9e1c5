"""Builds the tables in ``newsindex/text/data``: a tool of the developers, not of the run time.

    python -m newsindex.text.learn --help

A *lexeme* is a word with all its forms. For each lexeme of a dictionary a key is made (its stem and
its class), for each form the *action* that turns it into that key (how many letters to strip, what
to append), and the shortest set of suffix rules is learned that gets the frequent forms right.
"""
