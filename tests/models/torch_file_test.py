"""Tests of reading PyTorch files and of refusing malicious ones."""

import collections
import os
import pathlib
import pickle
import struct
import tempfile
import unittest
from typing import ClassVar

import numpy as np

from tf_dnnh.models.torch_file import read_torch_file

HEADER = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})
DATA = np.arange(12, dtype="<f4").tobytes()


class Global:
    """Is pickled as the name of something in another module."""

    def __init__(self, module: str, name: str, *arguments):
        self.module, self.name, self.arguments = module, name, arguments


class Reference:
    """Is pickled as a persistent id."""

    def __init__(self, *parts):
        self.parts = parts


class Writer(pickle._Pickler):
    """Writes names of modules that are not there."""

    def persistent_id(self, obj):
        return obj.parts if isinstance(obj, Reference) else None

    def save_name(self, obj):
        self.write(f"c{obj.module}\n{obj.name}\n".encode())
        if obj.arguments:
            self.save(obj.arguments)
            self.write(pickle.REDUCE)

    dispatch: ClassVar = {**pickle._Pickler.dispatch, Global: save_name}


def tensor(shape, strides, offset=0, count=12, kind="FloatStorage", key="7"):
    storage = Reference(
        "storage", Global("torch", kind), key, "cpu", count, None
    )
    hooks = collections.OrderedDict()
    arguments = (storage, offset, shape, strides, False, hooks)
    return Global("torch._utils", "_rebuild_tensor_v2", *arguments)


class TorchFileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "weights.pth"

    def write(self, tensors, header=HEADER, data=DATA, count=12):
        with self.path.open("wb") as file:
            for part in (*header, tensors, ["7"]):
                Writer(file, protocol=2).dump(part)
            file.write(struct.pack("<q", count) + data)

    def refuse(self, words: str):
        with self.assertRaisesRegex(ValueError, words):
            read_torch_file(self.path)

    def test_reads_shapes_strides_and_offsets(self):
        names = collections.OrderedDict(
            whole=tensor((3, 4), (4, 1)),
            turned=tensor((4, 3), (1, 4)),
            part=tensor((2,), (1,), offset=10),
            scalar=tensor((), (), offset=5),
        )
        self.write(names)
        found = read_torch_file(self.path)
        whole = np.arange(12.0).reshape(3, 4)
        np.testing.assert_array_equal(found["whole"], whole)
        np.testing.assert_array_equal(found["turned"], whole.T)
        np.testing.assert_array_equal(found["part"], [10, 11])
        np.testing.assert_array_equal(found["scalar"], 5)
        self.assertEqual(found["whole"].dtype, np.float32)

    def test_runs_no_program(self):
        mark = self.path.with_name("ran")
        for call in (
            Global("os", "mkdir", str(mark)),
            Global("builtins", "eval", f"open({str(mark)!r}, 'w')"),
            Global("numpy", "load", "x"),
            Global("torch", "load", "x"),
            Global("torch._utils", "_rebuild_tensor", "x"),
        ):
            with self.subTest(f"{call.module}.{call.name}"):
                self.write({"x": call})
                self.refuse(f"must not refer to {call.module}.{call.name}")
                self.assertFalse(os.path.exists(mark))

    def test_refuses_tensors_beyond_their_numbers(self):
        for case in (
            {"shape": (13,), "strides": (1,)},
            {"shape": (3, 4), "strides": (4, 4)},
            {"shape": (2,), "strides": (1,), "offset": 11},
            {"shape": (2,), "strides": (-1,), "offset": 5},
            {"shape": (2,), "strides": (1,), "offset": -1},
        ):
            with self.subTest(case):
                self.write({"x": tensor(**case)})
                self.refuse("reaches beyond")

    def test_refuses_other_files(self):
        self.path.write_bytes(b"PK\3\4 a zip, as torch writes today")
        self.refuse("has no PyTorch weights")
        self.path.write_bytes(b"")
        self.refuse("has no PyTorch weights")
        self.write({}, header=(1, 1001, {}))
        self.refuse("before PyTorch 1.6")
        self.write({"x": tensor((3,), (1,))}, data=DATA[:-1])
        self.refuse("has no PyTorch weights")
        self.write({"x": tensor((3,), (1,))}, count=2**40)
        self.refuse("not 12")
        self.write({"x": 3})
        self.refuse("has no PyTorch weights")
        self.write({"x": tensor((3,), (1,), kind="HalfStorage")})
        self.refuse("must not refer to torch.HalfStorage")


if __name__ == "__main__":
    unittest.main()
