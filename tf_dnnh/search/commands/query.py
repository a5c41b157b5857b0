"""`python -m tf_dnnh.search query`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from tf_dnnh import commands
from tf_dnnh.search.commands import common
from tf_dnnh.search.picture import text_of
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.stopping import StopRequests

if TYPE_CHECKING:
    from tf_dnnh.search.collection import Collection

SUMMARY = """\
Finds the pictures nearest to some of yours. After `calibrate`, it says "no
match" where none is near enough. For example:

  python -m tf_dnnh.search query --index=photos.index cat.jpg dog.jpg --k=5

"""


def define_flags() -> flags.FlagValues:
    """Defines the flags."""
    values = common.searched_flags()
    text = "how many pictures to show"
    flags.DEFINE_integer("k", 10, text, 1, flag_values=values)
    text = "largest distance of a match; default: calibrated, or any"
    flags.DEFINE_integer("radius", None, text, 0, flag_values=values)
    text = "search only pictures with this label"
    flags.DEFINE_string("label", None, text, values)
    text = "order the nearest pictures by relaxed codes, which are finer"
    flags.DEFINE_boolean("rerank", False, text, values)
    return common.finish_flags(values)


def main(argv: Sequence[str]) -> int:
    """Runs the command and returns the exit status."""
    images: list[str] = []

    def resolve(values: flags.FlagValues) -> flags.FlagValues:
        common.require_searched(values)
        if not images:
            raise SearchError("Give paths of pictures to search for")
        return values

    def body(values: flags.FlagValues, stop: StopRequests) -> None:
        query(values, images)

    return commands.run(argv, define_flags(), SUMMARY, resolve, body, images)


def query(values: flags.FlagValues, images: Sequence[str]) -> None:
    """Searches for every picture and prints what was found."""
    collection = common.open_searched(values)
    if values.label is not None and values.label not in collection.labels:
        raise SearchError(
            f"No picture has the label {values.label}: choose one of "
            f"{', '.join(collection.labels) or 'none, there are no labels'}."
        )
    failures, answers = [], []
    for image in images:
        try:
            answers.append(_answer(collection, image, values))
        except (OSError, PictureError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            failures.append(f"{text_of(image)} ({reason})")
    if values.json:
        common.print_json(answers)
    else:
        print("\n\n".join(map(_text, answers)))
    if failures:
        raise PictureError(
            f"{len(failures)} of {len(images)} pictures could not be read, "
            f"first {failures[0]}."
        )


def _answer(
    collection: "Collection", image: str, values: flags.FlagValues
) -> dict[str, Any]:
    encoded = collection.encode([Path(image).read_bytes()])
    radius = collection.radius if values.radius is None else values.radius
    matches = collection.nearest(
        encoded.codes[0],
        values.k,
        radius=radius,
        label=values.label,
        relaxed=encoded.relaxed[0] if values.rerank else None,
    )
    return {
        "query": text_of(image),
        "no_match": not matches,
        "results": [
            {
                "id": match.id,
                "path": match.shown_path,
                "distance": match.distance,
                "label": match.label,
            }
            for match in matches
        ],
    }


def _text(answer: dict[str, Any]) -> str:
    if answer["no_match"]:
        return f"{answer['query']}: no match"
    rows = [list(result.values()) for result in answer["results"]]
    header = ["id", "path", "distance", "label"]
    return f"{answer['query']}:\n{common.table(header, rows)}"
