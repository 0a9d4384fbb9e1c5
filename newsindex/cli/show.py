"""``newsindex show``: print stored articles."""

from __future__ import annotations

import click

from newsindex.cli.common import (
    bold,
    faint,
    highlight,
    json_options,
    mentions_as_dicts,
    moment,
    print_values,
    searched,
    warn_missing,
)
from newsindex.engine.queryable import Queryable
from newsindex.entities import Mention
from newsindex.model import ENTITY_KINDS, Article


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@searched
@json_options("article")
def command(ids: tuple[str, ...], index: Queryable, output: str | None) -> int:
    """Print the articles with these IDs. Exit code 1 if one is not in the index.

    \b
    newsindex show 6137729ed29c61cb705f
    newsindex search 'title:саммит' --jsonl -n 1 | jq -r .id | xargs newsindex show
    """
    found = []
    for identifier in ids:
        record = index.record(identifier)
        if record is None:
            warn_missing(index.place, identifier)
        else:
            found.append(record)
    values = (
        article.as_dict() | {"entities": mentions_as_dicts(mentions)} for article, mentions in found
    )
    if not print_values(output, values):
        for article, mentions in found:
            _print_article(article, mentions, index.timezone)
    return 1 if len(found) < len(ids) else 0


def _print_article(article: Article, mentions: tuple[Mention, ...], timezone: str) -> None:
    about = (
        *(moment(article.published, timezone), article.dateline, article.source, article.author),
        *(article.language, article.url, article.id),
    )
    if article.title:
        click.echo(bold(highlight(article.title, ())))
    click.echo(faint(highlight(" · ".join(part for part in about if part), ())))
    click.echo(f"\n{highlight(article.text, ())}\n")
    for kind in ENTITY_KINDS:
        names = dict.fromkeys(mention.name for mention in mentions if mention.kind == kind)
        if names:
            click.echo(highlight(f"{kind}: {'; '.join(names)}", ()))
