"""Tests of bulk encoding: sources, codes, resuming, unreadable images."""

import csv
import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import keras
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tensorflow as tf

from tests.encode.images import COUNT, write_images
from tests.export.tiny_run import shared_tiny_run
from tf_dnnh.encode.bulk import encode_images
from tf_dnnh.encode.encode_error import EncodeError
from tf_dnnh.encode.sources import find_shards

ROOT = pathlib.Path(__file__).parents[2]


def read(output: pathlib.Path) -> dict[str, dict]:
    """Returns the rows of all Parquet files by id."""
    rows: dict[str, dict] = {}
    for path in sorted(output.glob("part-*.parquet")):
        for row in pq.ParquetFile(path).read().to_pylist():
            assert row["id"] not in rows
            rows[row["id"]] = row
    return rows


class BulkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.images = cls.folder / "images"
        write_images(cls.images)
        cls.model = keras.saving.load_model(shared_tiny_run() / "model.keras")
        cls.output = cls.folder / "codes"
        cls.summary = encode_images(
            shared_tiny_run(),
            cls.images,
            cls.output,
            workers=2,
            shard_size=15,
            relaxed=True,
        )
        cls.rows = read(cls.output)

    def start(self, output: pathlib.Path, *flags: str) -> subprocess.Popen:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tf_dnnh.encode",
                f"--model={shared_tiny_run()}",
                f"--images={self.images}",
                f"--output={output}",
                "--shard_size=4",
                *flags,
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def test_codes_are_those_of_the_model(self):
        self.assertEqual(len(self.rows), COUNT)
        # Resized as every image that the model is evaluated on.
        from tf_dnnh.data.preprocessing import load_image

        names = sorted(self.rows)
        images = np.stack(
            [
                load_image((self.images / n).read_bytes(), (16, 16)).numpy()
                for n in names
            ]
        )
        expected = self.model.encode(images)
        relaxed = np.rint(255 * self.model(images).numpy())
        for name, code, values in zip(names, expected, relaxed, strict=True):
            row = self.rows[name]
            self.assertEqual(row["code"], code.tobytes())
            found = np.frombuffer(row["relaxed"], np.uint8)
            np.testing.assert_allclose(found, values, atol=1)
            self.assertEqual(row["label"], name.split("/")[0])
            self.assertEqual(row["fingerprint"], self.summary["fingerprint"])

    def test_unreadable_images_are_counted_and_named(self):
        self.assertEqual(
            (self.summary["encoded"], self.summary["unreadable"]), (COUNT, 2)
        )
        with (self.output / "unreadable.csv").open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        names = [row["id"] for row in rows]
        self.assertEqual(names, ["0/cut.png", "0/empty.jpg"])
        self.assertEqual(rows[1]["reason"], "empty file")

    def test_a_csv_file_and_records_give_the_same_images(self):
        listing = self.images / "list.csv"
        listing.write_text(
            "path,label\n" + "".join(f"{n},x\n" for n in self.rows)
        )
        records = [
            {"id": name, "image": (self.images / name).read_bytes()}
            for name in self.rows
        ]
        parquet = self.folder / "images.parquet"
        pq.write_table(pa.Table.from_pylist(records), parquet)
        tfrecord = self.folder / "images.tfrecord"
        with tf.io.TFRecordWriter(str(tfrecord)) as writer:
            for record in records:
                values = {"image/encoded": record["image"]}
                values["image/filename"] = record["id"].encode()
                example = tf.train.Example()
                for key, value in values.items():
                    feature = example.features.feature[key]
                    feature.bytes_list.value.append(value)
                writer.write(example.SerializeToString())
        self.addCleanup(listing.unlink)
        expected = {record["id"]: record["image"] for record in records}
        for source in (listing, parquet, tfrecord):
            with self.subTest(source.name):
                shards = find_shards(source, 17)
                self.assertEqual([s.number for s in shards], [0, 1, 2])
                rows = [row for shard in shards for row in shard.read()]
                self.assertEqual(
                    {row.id: row.content for row in rows}, expected
                )
                self.assertEqual(len(rows), COUNT)

    def test_only_missing_and_damaged_shards_are_encoded_again(self):
        before = {p: p.stat().st_mtime_ns for p in self.output.iterdir()}
        first, second, _ = sorted(self.output.glob("part-*.parquet"))
        first.unlink()
        second.write_bytes(second.read_bytes()[:-9])
        again = encode_images(
            shared_tiny_run(),
            self.images,
            self.output,
            shard_size=15,
            relaxed=True,
        )
        self.assertEqual(again, self.summary)
        self.assertEqual(read(self.output), self.rows)
        for path in self.output.glob("part-*.parquet"):
            same = path.stat().st_mtime_ns == before[path]
            self.assertEqual(same, path not in (first, second))

    def test_other_settings_are_refused(self):
        with self.assertRaisesRegex(EncodeError, "another encoding .shard_siz"):
            encode_images(shared_tiny_run(), self.images, self.output)

    def test_a_killed_command_resumes_and_leaves_no_process(self):
        output = self.folder / "killed"
        process = self.start(output)
        while process.poll() is None and not list(output.glob("part-*")):
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        # The pipe ends only when the workers have ended, too.
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, -signal.SIGKILL)
        process = self.start(output)
        text, errors = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn(f"{COUNT} codes of 12 bits in {output}, 2 ima", text)
        codes = {name: row["code"] for name, row in self.rows.items()}
        found = {name: row["code"] for name, row in read(output).items()}
        self.assertEqual(found, codes)
        hidden = [name for name in os.listdir(output) if name.startswith(".")]
        self.assertEqual(hidden, [])
        summary = json.loads((output / "encoding.json").read_text())
        self.assertEqual(summary["shards"], 11)

    @unittest.skipUnless(importlib.util.find_spec("ray"), "needs ray")
    def test_ray_gives_the_same_codes(self):
        output = self.folder / "ray"
        process = self.start(output, "--engine=ray", "--workers=2")
        _, errors = process.communicate(timeout=280)
        self.assertEqual(process.returncode, 0, errors[-2000:])
        codes = {name: row["code"] for name, row in self.rows.items()}
        found = {name: row["code"] for name, row in read(output).items()}
        self.assertEqual(found, codes)


if __name__ == "__main__":
    unittest.main()
