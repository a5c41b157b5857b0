"""Writes metrics.json: `python tests/golden/make_metrics.py`.

Imports nothing from the package. Codes are strings of zeros and ones. Averages
over all orders of ties are exact fractions, rank by rank; averages over one
order are scikit-learn's.
"""

import itertools
import json
import math
import pathlib
import random
from fractions import Fraction

from sklearn.metrics import average_precision_score, ndcg_score

QUERIES, DATABASE = 8, 120


def make_case(bits, multi_label, seed):
    """Draws codes around class centres, and labels."""
    draw = random.Random(seed)
    classes = 6
    centres = [
        [draw.random() < 0.5 for _ in range(bits)] for _ in range(classes)
    ]

    def item():
        labels = draw.sample(range(classes), draw.choice([0, 1, 1, 2, 3]))
        labels = labels if multi_label else [draw.randrange(classes)]
        centre = centres[labels[0] if labels else 0]
        code = "".join(str(int(c ^ (draw.random() < 0.25))) for c in centre)
        row = [int(c in labels) for c in range(classes)]
        return code, row if multi_label else labels[0]

    return [item() for _ in range(QUERIES)], [item() for _ in range(DATABASE)]


def shared(a, b):
    if isinstance(a, int):
        return int(a == b)
    return sum(x and y for x, y in zip(a, b, strict=True))


def expected_ap(ranking, top_n, denominator):
    """Mean AP over the orders of ties; ranking is [(distance, gain)]."""
    relevant_total = sum(gain > 0 for _, gain in ranking)
    before = found = 0
    total = Fraction(0)
    ranking = sorted(ranking, key=lambda pair: pair[0])
    for _, group in itertools.groupby(ranking, key=lambda pair: pair[0]):
        tie = [gain > 0 for _, gain in group]
        size, hits = len(tie), sum(tie)
        taken = min(size, top_n - before)
        if taken == size:
            outcomes = [(Fraction(1), hits)]
        else:  # The number of hits that the top n reaches is random.
            outcomes = [
                (
                    Fraction(
                        math.comb(hits, k) * math.comb(size - hits, taken - k),
                        math.comb(size, taken),
                    ),
                    k,
                )
                for k in range(taken + 1)
            ]
        means = []
        for weight, k in outcomes:
            mean = Fraction(0)
            for place in range(1, taken + 1):
                # The rank is relevant, and so are others before it.
                others = Fraction(k - 1, taken - 1) if taken > 1 else 0
                ahead = found + 1 + others * (place - 1)
                mean += Fraction(k, taken) * ahead / (before + place)
            means.append((weight, k, mean))
        if taken < size or before + size == min(top_n, len(ranking)):
            answer = Fraction(0)
            for weight, k, mean in means:
                divisor = {
                    "retrieved": found + k,
                    "min": min(top_n, relevant_total),
                    "all": relevant_total,
                }[denominator]
                if divisor:
                    answer += weight * (total + mean) / divisor
            return float(answer)
        total += means[0][2]
        found, before = found + hits, before + size


def ordered_ap(ranking, order):
    """Computes AP of one order of the ties with scikit-learn."""
    if not any(gain for _, gain in ranking):
        return 0.0
    keys = {
        "best": lambda i: (ranking[i][0], ranking[i][1] == 0),
        "worst": lambda i: (ranking[i][0], ranking[i][1] > 0),
        "stable": lambda i: (ranking[i][0], i),
    }
    places = sorted(range(len(ranking)), key=keys[order])
    truth = [int(ranking[i][1] > 0) for i in places]
    return average_precision_score(truth, range(len(truth), 0, -1))


def mean(values):
    values = list(values)
    return float(sum(values) / len(values))


def solve(queries, database, bits, multi_label):
    rankings = [
        [
            (
                sum(a != b for a, b in zip(query, code, strict=True)),
                shared(label, other),
            )
            for code, other in database
        ]
        for query, label in queries
    ]
    answers = {
        f"map_{order}": mean(ordered_ap(r, order) for r in rankings)
        for order in ("best", "worst", "stable")
    }
    for denominator in ("retrieved", "min", "all"):
        for top_n in (10, 50, DATABASE):
            answers[f"map_{denominator}_{top_n}"] = mean(
                expected_ap(r, top_n, denominator) for r in rankings
            )
    balls = [[g > 0 for d, g in r if d <= 2] for r in rankings]
    totals = [sum(g > 0 for _, g in r) for r in rankings]
    answers["precision_radius_2"] = mean(
        sum(b) / len(b) if b else 0 for b in balls
    )
    answers["recall_radius_2"] = mean(
        sum(b) / t if t else 0 for b, t in zip(balls, totals, strict=True)
    )
    answers["empty_radius_2"] = mean(not b for b in balls)
    if multi_label:
        for top_n in (10, 100):
            answers[f"ndcg_{top_n}"] = mean(
                ndcg_score(
                    [[g for _, g in r]], [[bits - d for d, _ in r]], k=top_n
                )
                for r in rankings
            )
    return answers


def main():
    cases = []
    for seed, (bits, multi_label) in enumerate(
        itertools.product((7, 12, 48, 128), (False, True))
    ):
        queries, database = make_case(bits, multi_label, seed)
        cases.append(
            {
                "bits": bits,
                "query_codes": [code for code, _ in queries],
                "query_labels": [label for _, label in queries],
                "database_codes": [code for code, _ in database],
                "database_labels": [label for _, label in database],
                "answers": solve(queries, database, bits, multi_label),
            }
        )
        for name in ("query_codes", "database_codes"):
            # The code in hexadecimal, padded with zeros to whole bytes.
            size = -(-bits // 8)
            cases[-1][name] = [
                f"{int(code.ljust(8 * size, '0'), 2):0{2 * size}x}"
                for code in cases[-1][name]
            ]
    path = pathlib.Path(__file__).with_name("metrics.json")
    lines = ",\n".join(json.dumps(case) for case in cases)
    path.write_text(f"[{lines}]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
