"""Runs the commands of docs/on_device.md one after the other."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from tests.examples import device_export
from tests.examples.scripts import FOLDER
from tests.export.tiny_run import shared_tiny_run

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "on_device.md"
# Commands that choose folders, need a network, do not end, or are tests.
LEFT_OUT = r"(RUN|EXPORT|PICTURES)=|pip |npm |python -m (http\.server|unittest)"
# Files that build_site.py copies; web_test.py installs the real ones.
RUNTIME = (
    "core/dist/index.js",
    "core/wasm/litert_wasm_compat_internal.js",
    "core/wasm/litert_wasm_compat_internal.wasm",
    "core/wasm/litert_wasm_internal.js",
    "core/wasm/litert_wasm_internal.wasm",
    "wasm-utils/dist/index.js",
)


def guide_blocks() -> list[str]:
    """Returns the commands that can be run here, block by block."""
    blocks = re.findall(r"(?ms)^```bash\n(.*?)^```$", GUIDE.read_text())
    return [
        "\n".join(
            line for line in block.splitlines() if not re.match(LEFT_OUT, line)
        )
        for block in blocks
    ]


class GuideTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        examples = self.folder / "examples" / "on_device"
        shutil.copytree(
            FOLDER, examples, ignore=shutil.ignore_patterns("node_modules")
        )
        for name in RUNTIME:
            path = examples / "web" / "node_modules" / "@litertjs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        device_export.write_pictures(self.folder / "photos")

    def test_the_commands_work(self):
        python = pathlib.Path(sys.executable).parent
        environment = os.environ | {
            "RUN": str(shared_tiny_run()),
            "EXPORT": "export",
            "PICTURES": "photos",
            "PYTHONPATH": str(ROOT),
            "PATH": f"{python}:{os.environ['PATH']}",
        }
        output = ""
        for block in guide_blocks():
            with self.subTest(block=block):
                result = subprocess.run(
                    ["bash", "-euc", block],
                    cwd=self.folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual(result.returncode, 0, result.stderr[-2000:])
                output += result.stdout
        self.assertIn('"model_fingerprint"', output)
        self.assertIn("codes of 12 bits in codes.npz", output)
        self.assertIn("codes searched in", output)
        self.assertTrue((self.folder / "site" / "index.html").is_file())


if __name__ == "__main__":
    unittest.main()
