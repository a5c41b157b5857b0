"""The JSON that the API answers with."""

import datetime

from pydantic import BaseModel, Field

from tf_dnnh.codes import to_hex
from tf_dnnh.search.picture import Match, Picture


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
        description="pictures as near as the last result that are not listed"
    )
    counts: list[int] = Field(
        description="number of pictures at distance 0, 1, 2, ..., with the "
        "label if one was asked for"
    )
    milliseconds: float = Field(description="time of the server")


class Addresses:
    """Where pictures can be fetched.

    Args:
        version: changes when the same id may mean another picture, so that
            browsers may keep what they have fetched.
    """

    def __init__(self, version: str) -> None:
        self.version = version

    def thumbnail(self, id_: int) -> str:
        """Returns the address of a thumbnail."""
        return f"/api/pictures/{id_}/thumbnail?version={self.version}"

    def found(self, picture: Picture) -> FoundPicture:
        """Describes a picture."""
        return FoundPicture(**self._common(picture))

    def match(self, match: Match) -> FoundMatch:
        """Describes a result."""
        return FoundMatch(**self._common(match), distance=match.distance)

    def details(self, picture: Picture) -> PictureDetails:
        """Describes a picture and its file."""
        modified = picture.mtime and datetime.datetime.fromtimestamp(
            picture.mtime, datetime.UTC
        )
        return PictureDetails(
            **self._common(picture),
            original=f"/api/pictures/{picture.id}/original"
            f"?version={self.version}",
            bytes=picture.bytes,
            modified=modified or None,
        )

    def _common(self, picture: Picture | Match) -> dict:
        return {
            "id": picture.id,
            "path": picture.name,
            "label": picture.label,
            "code": to_hex(picture.code[None])[0],
            "thumbnail": self.thumbnail(picture.id),
        }
