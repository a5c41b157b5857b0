"""Compiles the C and C++ programs against the installed TensorFlow.

    python -m tests.export.native_build FOLDER

writes FOLDER/encode_c and FOLDER/encode_cc.
"""

import atexit
import functools
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tensorflow as tf

HERE = pathlib.Path(__file__).parent
COMPILERS = {
    "c": ("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-O1"),
    # The first of TensorFlow's flags is its folder of headers, whose warnings
    # are not ours.
    "cc": ("g++", "-Wall", "-Werror", *tf.sysconfig.get_compile_flags()[1:]),
}
SOURCES = {"c": "c_api/encode.c", "cc": "cc_api/encode.cc"}


def has_compiler(language: str) -> bool:
    """Returns whether the compiler of "c" or "cc" is installed."""
    return shutil.which(COMPILERS[language][0]) is not None


@functools.cache
def build(language: str) -> pathlib.Path:
    """Builds a program that lasts as long as the process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    program = pathlib.Path(folder.name) / f"encode_{language}"
    library = tf.sysconfig.get_lib()
    subprocess.run(
        [
            *COMPILERS[language],
            *("-isystem", tf.sysconfig.get_include()),
            str(HERE / SOURCES[language]),
            f"-L{library}",
            # No symbol refers to the second library's registrations.
            "-Wl,--no-as-needed",
            "-l:libtensorflow_cc.so.2",
            "-l:libtensorflow_framework.so.2",
            f"-Wl,-rpath,{library}",
            *("-o", str(program)),
        ],
        check=True,
    )
    return program


def main(folder: str) -> None:
    """Writes both programs to a folder."""
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for language in SOURCES:
        print(shutil.copy(build(language), folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
