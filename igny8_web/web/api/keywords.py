"""Import of keyword files."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from ...importers.limits import MAX_BYTES
from ...services import keywords, sites
from ..identity import me
from .base import blueprint, operation
from .errors import want_form
from .schemas import Data, Problem, Shape, SiteQuery


def _one_file(value: Any) -> FileStorage:
    if not isinstance(value, FileStorage):
        raise ValueError("send one file")
    return value


class Upload(Shape):
    """A keyword export of any tool, recognised by its content."""

    file: Annotated[
        FileStorage,
        PlainValidator(_one_file),
        WithJsonSchema({"type": "string", "format": "binary"}),
    ]


class Rejected(Shape):
    """A row that was left out."""

    line: int = Field(description="The header is line 1.")
    reason: str


class Imported(Shape):
    """What was done with the file."""

    format: str = Field(examples=["Ahrefs Keywords Explorer"])
    imported: int = Field(description="New keywords.")
    duplicates: int = Field(description="Rows whose keyword was there already.")
    rejected: list[Rejected]


class ImportedAnswer(Data[Imported]):
    """What was done with the file."""


class FileProblem(Problem):
    """`unreadable_file` tells the line, where there is one."""

    line: int | None = None


class UnreadableFileAnswer(Shape):
    """Nothing was imported: `unreadable_file`; or the request was `invalid`."""

    error: FileProblem


@blueprint.post("/keywords/import/")
@operation(
    "Keywords",
    ImportedAnswer,
    before=want_form,
    problems={
        404: "There is no such site.",
        413: "The file is too large.",
        415: "The body is not multipart/form-data.",
        422: UnreadableFileAnswer,
    },
)
def import_keywords(query: SiteQuery, form: Upload) -> ImportedAnswer:
    """Import a keyword file: all its good rows, or nothing."""
    site = sites.find_site_by_id(me(), query.site_id)
    data = form.file.read()
    if len(data) > MAX_BYTES:
        raise RequestEntityTooLarge
    done = keywords.import_keywords(site, form.file.filename or "", data)
    return ImportedAnswer(
        data=Imported(
            format=done.file.format,
            imported=len(done.new),
            duplicates=len(done.duplicates),
            rejected=[Rejected.model_validate(row) for row in done.rejected],
        )
    )
