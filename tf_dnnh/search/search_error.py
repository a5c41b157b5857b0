"""The error of an unusable index, picture or search command."""

from tf_dnnh.errors import UserError


class SearchError(UserError, ValueError):
    """States what is wrong with an index or a request, and the remedy."""

    status = 2
