import pathlib
import tempfile
import unittest

from tools.machine import available_bytes, machine, peak_bytes


class MachineTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.proc = pathlib.Path(folder.name)

    def test_describes_what_linux_says(self):
        (self.proc / "cpuinfo").write_text(
            "processor\t: 0\nmodel name\t: Fast  CPU\nflags\t\t: avx2 avx512f\n"
            "processor\t: 1\nmodel name\t: Other\n"
        )
        (self.proc / "meminfo").write_text(
            "MemTotal:       8388608 kB\nMemAvailable:    2048 kB\n"
        )
        self.assertRegex(
            machine(self.proc), r"^\d+ cores of Fast CPU with AVX-512, 8 GB$"
        )
        self.assertEqual(available_bytes(self.proc), 2048 * 1024)

    def test_peak_memory_is_the_program_s_own(self):
        (self.proc / "self").mkdir()
        (self.proc / "self" / "status").write_text(
            "Name:\tpython\nVmHWM:\t    1234 kB\nVmRSS:\t 12 kB\n"
        )
        self.assertEqual(peak_bytes(self.proc), 1234 * 1024)

    def test_other_systems_have_a_name_too(self):
        self.assertRegex(machine(self.proc), r"^\d+ cores of \w+")
        self.assertIsNone(available_bytes(self.proc))
        self.assertGreater(peak_bytes(self.proc), 0)


if __name__ == "__main__":
    unittest.main()
