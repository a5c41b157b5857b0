"""Describes pictures, and where they can be fetched."""

import datetime

from tf_dnnh.codes import to_hex
from tf_dnnh.search.picture import Match, Picture
from tf_dnnh.search.server.answers import (
    FoundMatch,
    FoundPicture,
    PictureDetails,
)


class Addresses:
    """Describes pictures with their addresses.

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
