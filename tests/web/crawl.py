"""Follows every link of every page of an application, as a reader could."""

import html
import re
from dataclasses import dataclass, field

_ADDRESS = re.compile(r'\s(?:href|src|action|data-graph|data-words)="([^"]*)"')
_POSTED = re.compile(r'<form[^>]*\smethod="post"[^>]*>')
_BROWSER = {"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}


@dataclass
class Crawl:
    """What was met: pages by path, answers that are errors, and addresses that leave the host."""

    pages: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)
    headers: list[dict[str, str]] = field(default_factory=list)


def crawl(client, start="/"):
    """Everything reachable from the start."""
    found, pending, seen = Crawl(), [start], set()
    while pending:
        path = pending.pop().partition("#")[0]
        if not path or path in seen:
            continue
        seen.add(path)
        if not path.startswith("/"):
            found.outside.add(path)
            continue
        answer = client.get(path, headers=_BROWSER)
        found.headers.append(dict(answer.headers))
        if answer.status_code in (302, 303):
            pending.append(answer.headers["Location"])
        elif answer.status_code != 200:
            found.errors.append(f"{answer.status_code} {path}")
        elif answer.mimetype == "text/html":
            found.pages[path] = answer.text
            pending.extend(html.unescape(link) for link in _ADDRESS.findall(_POSTED.sub("", answer.text)))
        else:
            found.others[path] = answer.mimetype
        answer.close()
    return found
