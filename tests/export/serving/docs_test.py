"""Tests the commands and programs in docs/serving.md."""

import contextlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from export import main as export_main
from tests.export import native_build, tiny_export
from tests.export.serving import serving_case
from tests.export.serving.serving_case import ServingCase, fake_docker

try:
    import openvino
except ImportError:
    openvino = None

ROOT = pathlib.Path(__file__).parents[3]
PAGE = ROOT / "docs" / "serving.md"
SERVER_MODULE = "python -m tests.export.serving.serving_server"


def blocks(language: str) -> list[str]:
    """Returns the page's fenced blocks of one language."""
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


def commands() -> list[str]:
    """Returns the page's commands, each with its continuation lines."""
    found = []
    for block in blocks("bash"):
        found += re.split(r"\n(?=\S)", block.strip())
    return found


class DocsTest(ServingCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        (self.here / "exports").mkdir()
        (self.here / "exports" / "digits").symlink_to(self.export.folder)
        shutil.copy(self.export.files[1], self.here / "cat.jpg")
        shutil.copy(self.export.files[0], self.here / "dog.png")
        self.codes = dict(
            zip(("dog.png", "cat.jpg"), self.export.file_codes[:2], strict=True)
        )

    def located(self, text: str) -> str:
        """Puts the addresses of the test's server into a command."""
        grpc_address = self.url("grpc").removeprefix("grpc://")
        rest_address = self.url("http").removeprefix("http://")
        return text.replace("localhost:8500", grpc_address).replace(
            "localhost:8501", rest_address
        )

    def shell(self, command: str) -> str:
        bin_folder = self.here / "bin"
        bin_folder.mkdir(exist_ok=True)
        environment = fake_docker(bin_folder) | {"PYTHONPATH": str(ROOT)}
        python = f'python() {{ {sys.executable} "$@"; }}\n'
        done = subprocess.run(
            ["sh", "-c", python + self.located(command)],
            cwd=self.here,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_commands(self):
        for command in commands():
            with self.subTest(command=command):
                self.check(command)

    def check(self, command: str) -> None:
        if command.startswith("pip install"):
            return
        if "pytest" in command:
            self.check_pytest(command)
        elif command.startswith("python -m export.main"):
            known = export_main.define_flags()
            for flag in re.findall(r"--(\w+)", command):
                self.assertIn(flag, known)
        elif command.startswith(SERVER_MODULE):
            self.check_server(command)
        elif command.startswith("python -m tests.export.native_build"):
            if all(map(native_build.has_compiler, native_build.SOURCES)):
                native_build.main(str(self.here / command.split()[-1]))
        elif command.startswith("python -m tests.export.tiny_export"):
            tiny_export.write(self.here / command.split()[-1])
        elif command.startswith("native/"):
            if (self.here / "native").exists():
                self.check_codes(command)
        elif "docker_run.sh" in command:
            self.assertIn("tensorflow/serving:", self.shell(command))
        elif "curl" in command:
            self.check_curl(command)
        else:
            self.check_codes(command)

    def check_codes(self, command: str) -> None:
        expected = [
            self.codes[word] for word in command.split() if word in self.codes
        ]
        self.assertTrue(expected)
        self.assertEqual(self.shell(command).split(), expected)

    def check_curl(self, command: str) -> None:
        if not shutil.which("curl"):
            return
        printed = self.shell(command)
        if "predict" in command:
            code = list(bytes.fromhex(self.codes["cat.jpg"]))
            compact = re.sub(r"\s", "", printed)
            self.assertIn(f'"code":[{code}]'.replace(" ", ""), compact)
        else:
            self.assertIn("AVAILABLE", printed)

    def check_pytest(self, command: str) -> None:
        for path in re.findall(r"tests/\S+", command):
            self.assertTrue((ROOT / path).exists())
        for variable in re.findall(r"[A-Z_]{4,}(?==)", command):
            self.assertIn(variable, serving_case.__doc__)

    def check_server(self, command: str) -> None:
        module, *flags = command.removeprefix("python -m ").split()
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", module, *flags),
                *("--port=0", "--rest_api_port=0"),
            ],
            cwd=self.here,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            self.assertRegex(process.stdout.readline(), "^ready: grpc://")
        finally:
            process.terminate()
            process.communicate()

    def test_python(self):
        namespace: dict = {}
        expected = str([self.codes["cat.jpg"], self.codes["dog.png"]])
        with contextlib.chdir(self.here):
            for block in blocks("python"):
                if "openvino" in block:
                    if openvino is None:
                        continue
                    black = self.export.model.encode(self.export.pixels[:1] * 0)
                    expected = black.tobytes().hex()
                printed = io.StringIO()
                with self.subTest(block=block[:60]):
                    with contextlib.redirect_stdout(printed):
                        exec(
                            compile(self.located(block), str(PAGE), "exec"),
                            namespace,
                        )
                    self.assertEqual(printed.getvalue().strip(), expected)


if __name__ == "__main__":
    unittest.main()
