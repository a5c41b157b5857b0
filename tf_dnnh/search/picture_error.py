"""The error for a picture that cannot be read."""

from tf_dnnh.search.search_error import SearchError


class PictureError(SearchError):
    """States why a picture cannot be decoded, or is refused beforehand."""
