"""The web pages and the JSON API of a collection."""
