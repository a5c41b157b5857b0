"""The JSON that the API answers with."""

import datetime

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """An error."""

    error: str = Field(description="one sentence: what is wrong")


class FoundPicture(BaseModel):
    """A picture of the collection."""

    id: int
    path: str = Field(description="name of the picture, to be shown")
    label: str | None = Field(description="several are joined by `;`")
    code: str = Field(description="packed code, in hexadecimal")
    thumbnail: str = Field(description="address of a small JPEG")


class PictureDetails(FoundPicture):
    """A picture of the collection with facts about its file."""

    original: str = Field(description="address of the picture itself")
    bytes: int | None = Field(description="size of the file")
    modified: datetime.datetime | None


class FoundMatch(FoundPicture):
    """A result of a search."""

    distance: int = Field(description="bits in which the codes differ")


class Query(BaseModel):
    """What was searched for."""

    code: str = Field(description="packed code, in hexadecimal")
    relaxed: str | None = Field(
        description="relaxed code of an upload, in hexadecimal: 8 bits a value"
    )
    picture: FoundPicture | None = Field(
        description="the picture, if the query was one of the collection"
    )


class Answer(BaseModel):
    """The answer to a search."""

    query: Query
    bits: int = Field(description="length of the codes")
    no_match: bool = Field(
        description="true if no result lies within the radius asked for or, "
        "if none was, within the calibrated radius"
    )
    results: list[FoundMatch] = Field(description="nearest first")
    more_at_last_distance: int = Field(
        description="pictures as near as the last result that are not listed; "
        "0 if reranked"
    )
    counts: list[int] = Field(
        description="number of pictures at distance 0, 1, 2, ..., with the "
        "label if one was asked for"
    )
    milliseconds: float = Field(description="time of the server")
