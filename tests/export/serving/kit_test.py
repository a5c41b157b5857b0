"""Tests that the serving kit's configurations parse and its commands run."""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

from google.protobuf import text_format

from export.serving.kit import write_serving_kit
from export.serving.warmup import BATCH_SIZES
from tests.export.serving.serving_case import EXTRA, ServingCase, fake_docker
from tests.export.tiny_export import BITS, HEIGHT, WIDTH, tiny_export

try:
    from tensorflow_serving.config import model_server_config_pb2
except ImportError:
    model_server_config_pb2 = None

ROOT = pathlib.Path(__file__).parents[3]


class KitTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name)
        self.kit = tiny_export().folder / "serving"

    def read(self, name: str) -> str:
        return (self.kit / name).read_text()

    @unittest.skipIf(model_server_config_pb2 is None, EXTRA)
    def test_models_config(self):
        config = text_format.Parse(
            self.read("models.config"),
            model_server_config_pb2.ModelServerConfig(),
        )
        (model,) = config.model_config_list.config
        self.assertEqual(model.name, "tf_dnnh")
        self.assertEqual(model.base_path, "/models/tf_dnnh")
        self.assertEqual(model.model_platform, "tensorflow")
        self.assertEqual(model.model_version_policy.latest.num_versions, 1)

    def test_batching_config_allows_what_was_warmed_up(self):
        text = self.read("batching.config")
        allowed = re.findall(r"^allowed_batch_sizes: (\d+)$", text, re.M)
        self.assertEqual(tuple(map(int, allowed)), BATCH_SIZES)
        # The server demands increasing sizes that end in the largest batch.
        self.assertEqual(sorted(set(BATCH_SIZES)), list(BATCH_SIZES))
        self.assertIn(f"max_batch_size {{ value: {BATCH_SIZES[-1]} }}", text)

    def test_monitoring_config(self):
        text = self.read("monitoring.config")
        self.assertIn("enable: true", text)
        path = re.search(r'path: "(.*)"', text).group(1)
        self.assertIn(f"8501{path}", self.read("README.md"))

    def docker_arguments(self, *flags: str, **environment: str) -> list[str]:
        script = self.kit / "docker_run.sh"
        self.assertTrue(script.stat().st_mode & stat.S_IXUSR)
        done = subprocess.run(
            [str(script), *flags],
            env=fake_docker(self.scratch) | environment,
            cwd=self.scratch,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    def test_docker_run(self):
        flag = "--rest_api_timeout_in_ms=5000"
        arguments = self.docker_arguments(flag, TAG="2.19.1")
        self.assertEqual(arguments[0], "run")
        self.assertIn("tensorflow/serving:2.19.1", arguments)
        self.assertIn("--enable_batching", arguments)
        self.assertEqual(arguments[-1], flag)
        mounts = {}
        for argument in arguments:
            if argument.endswith(":ro"):
                source, target, _ = argument.rsplit(":", 2)
                mounts[target] = pathlib.Path(source)
        self.assertTrue((mounts["/models/tf_dnnh"] / "1").is_dir())
        named = [a.split("=/config/")[1] for a in arguments if "=/config/" in a]
        self.assertEqual(len(named), 3)
        for name in named:
            self.assertTrue((mounts["/config"] / name).is_file())

    def test_docker_run_without_batching(self):
        arguments = self.docker_arguments(BATCHING="off")
        # The server refuses to start with the file but without batching.
        self.assertFalse([a for a in arguments if "batching" in a])

    def test_readme_is_about_this_model(self):
        text = self.read("README.md")
        self.assertNotIn("$model", text)
        self.assertIn(f"{BITS} bits (3 bytes", text)
        self.assertIn(f"[batch, {HEIGHT}, {WIDTH}, 3]", text)

    def test_another_name(self):
        write_serving_kit(
            self.scratch, model_name="photos", image_size=(32, 32), bits=48
        )
        kit = self.scratch / "serving"
        for path in kit.iterdir():
            with self.subTest(file=path.name):
                # The name of the metadata file does not come from the model.
                text = path.read_text().replace("tf_dnnh.json", "")
                self.assertNotIn("tf_dnnh", text)
        self.assertIn("--model=photos", (kit / "README.md").read_text())


class KitClientTest(ServingCase):
    def setUp(self) -> None:
        self.address = self.url("http")
        self.image = str(self.export.files[0])

    def shell(self, command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["sh", "-c", command],
            cwd=self.export.folder / "serving",
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    def readme_commands(self) -> list[str]:
        """Returns the commands under "Send images", adapted to the test."""
        text = (self.export.folder / "serving" / "README.md").read_text()
        asking = text.split("## Send images")[1].split("##")[0]
        lines = re.findall(r"^    (.*)$", asking, re.M)
        joined = "\n".join(lines)
        for old, new in (
            ("http://localhost:8501", self.address),
            ("grpc://localhost:8500", self.url("grpc")),
            ("IMAGE.jpg", self.image),
            ("python ", f"{sys.executable} "),
        ):
            joined = joined.replace(old, new)
        return re.split(r"\n(?=\S)", joined)

    def test_commands_of_the_readme(self):
        commands = self.readme_commands()
        self.assertEqual(len(commands), 4)
        for command in commands:
            if "curl" in command and not shutil.which("curl"):
                continue
            with self.subTest(command=command):
                done = self.shell(command)
                self.assertEqual(done.returncode, 0, done.stderr)
                code = self.export.file_codes[0]
                if "curl" in command:
                    self.assertIn("code_bytes", done.stdout)
                else:
                    self.assertEqual(done.stdout.split(), [code])

    def test_example_client_says_what_the_server_says(self):
        done = self.shell(
            f"{sys.executable} client_example.py {self.address} README.md"
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("image file format", done.stderr)
        self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
