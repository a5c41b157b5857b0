"""Describes this machine and its memory, for measurements.

Reads Linux's folder `/proc`, or a stand-in, `proc`.
"""

import os
import pathlib
import platform
import resource

_VECTORS = {"avx512f": "AVX-512", "avx2": "AVX2", "asimd": "NEON"}


def machine(proc: pathlib.Path = pathlib.Path("/proc")) -> str:
    """Returns for example `2 cores of AMD EPYC with AVX-512, 23 GB`."""
    cpu = _fields(proc / "cpuinfo")
    name = cpu.get("model name") or platform.processor() or platform.machine()
    flags = (cpu.get("flags") or cpu.get("Features") or "").split()
    vectors = [word for flag, word in _VECTORS.items() if flag in flags]
    text = f"{os.cpu_count()} cores of {' '.join(name.split())}"
    if vectors:
        text += f" with {vectors[0]}"
    memory = _fields(proc / "meminfo").get("MemTotal")
    if memory:
        text += f", {int(memory.split()[0]) / 2**20:.0f} GB"
    return text


def available_bytes(proc: pathlib.Path = pathlib.Path("/proc")) -> int | None:
    """Returns the memory available to programs, None if unknown."""
    kilobytes = _fields(proc / "meminfo").get("MemAvailable")
    return int(kilobytes.split()[0]) * 1024 if kilobytes else None


def peak_bytes(proc: pathlib.Path = pathlib.Path("/proc")) -> int:
    """Returns the peak resident memory of this process."""
    highest = _fields(proc / "self" / "status").get("VmHWM")
    if highest:
        return int(highest.split()[0]) * 1024
    # On Linux, unlike `VmHWM`, this includes the peak of the parent process.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _fields(path: pathlib.Path) -> dict[str, str]:
    """Returns the `name: value` lines of a file, the first of each name."""
    if not path.exists():
        return {}
    fields: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip(), value.strip())
    return fields
