"""An article as a web page and as Markdown, both with its pictures beside them."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import current_app
from markupsafe import Markup

from ...models import Site
from ...pipeline import html
from ...pipeline.checking import own_path
from ...pipeline.json_ld import as_text, json_ld
from ..reading import illustrated
from .article import Folder

_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""What JSON lets stand as it is and YAML does not."""


def page(folder: Folder, site: Site, style: str) -> str:
    """A whole HTML page. ``style`` is where its style sheet lies."""
    images = [picture.path for picture in folder.pictures.values()]
    return current_app.jinja_env.get_template("exports/page.html").render(
        site=site,
        content=folder.content,
        featured=folder.pictures.get(0),
        body=_body(folder, site),
        address=address(folder.content.slug, site),
        structured=Markup(as_text(json_ld(folder.content, site, images))),  # noqa: S704 - escaped
        style=style,
    )


def markdown(folder: Folder, site: Site) -> str:
    """Markdown with a front matter in YAML, as generators of static sites read it."""
    from markdownify import markdownify  # 5 MB that only a process which exports should carry

    text = markdownify(_body(folder, site), heading_style="ATX", bullets="-", escape_misc=True)
    return f"---\n{_front_matter(folder, site)}---\n\n{text.strip()}\n"


def address(slug: str, site: Site) -> str:
    """Where the site publishes it; the path alone while the site has no domain."""
    path = own_path(slug)
    return f"https://{site.domain}{path}" if site.domain else path


def _body(folder: Folder, site: Site) -> Markup:
    """The article's safe HTML with the pictures of its sections."""
    safe = html.at_home(html.clean(folder.content.html), site.domain)
    sections = [picture.image for place, picture in folder.pictures.items() if place > 0]
    parts = [
        Markup(part.html) + (_figure(folder, part.image.position) if part.image else "")  # noqa: S704 - clean
        for part in illustrated(safe, sections)
    ]
    return Markup("").join(parts)


def _figure(folder: Folder, position: int) -> Markup:
    picture = folder.pictures[position]
    template = current_app.jinja_env.get_template("exports/_figure.html")
    return Markup(template.render(picture=picture))  # noqa: S704 - escaped by the template


def _front_matter(folder: Folder, site: Site) -> str:
    content, featured = folder.content, folder.pictures.get(0)
    known: dict[str, Any] = {
        "title": content.title,
        "slug": content.slug,
        "date": content.created_at.isoformat(timespec="seconds"),
        "updated": content.updated_at.isoformat(timespec="seconds"),
        "status": content.status.value,
        "language": site.language,
        "meta_title": content.meta_title,
        "meta_description": content.meta_description,
        "excerpt": content.excerpt,
        "cluster": content.task.idea.cluster.name,
        "keywords": [keyword.phrase for keyword in content.task.idea.keywords],
        "image": featured.path if featured else None,
        "image_alt": featured.image.alt if featured else None,
    }
    return "".join(f"{name}: {_yaml(value)}\n" for name, value in known.items() if value)


def _yaml(value: str | list[str]) -> str:
    """JSON is YAML (1.2, section 1.3), a few letters aside."""
    return _NOT_IN_YAML.sub(
        lambda letter: f"\\u{ord(letter[0]):04x}", json.dumps(value, ensure_ascii=False)
    )
