"""Tests of the files for Slurm and Kubernetes: syntax, and what they start."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "several_machines"
# Stands in for a command: prints its arguments and the cluster.
ECHO = '#!/bin/bash\necho "$0 $*"\necho "$TF_CONFIG"\n'


def run(script: str, bin_folder: str, **environment: str) -> list[str]:
    """Runs bash with the commands of a folder, and returns its lines."""
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": f"{bin_folder}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


class SeveralMachinesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = folder.name
        self.write("python", ECHO)

    def write(self, name: str, content: str) -> None:
        path = pathlib.Path(self.bin) / name
        path.write_text(content)
        path.chmod(0o755)

    def check(self, lines: list[str], index: int, host: str) -> None:
        self.assertIn("-m trainers.main --strategy=multi_worker", lines[0])
        described = json.loads(lines[1])
        self.assertEqual(described["task"], {"type": "worker", "index": index})
        workers = described["cluster"]["worker"]
        self.assertEqual(len(workers), 2)
        self.assertEqual(workers[index], host)

    def test_slurm(self):
        script = FOLDER / "slurm.sh"
        subprocess.run(["bash", "-n", script], check=True)
        self.write("scontrol", "#!/bin/bash\necho node7\necho node8\n")
        self.write("srun", '#!/bin/bash\nshift\nexec "$@"\n')
        lines = run(
            f"bash {script} --dataset=digits",
            self.bin,
            SLURM_JOB_NODELIST="node[7-8]",
            SLURM_PROCID="1",
            SLURM_JOB_ID="5",
        )
        self.check(lines, 1, "node8:22222")
        self.assertIn("--dataset=digits", lines[0])

    def test_kubernetes(self):
        text = (FOLDER / "kubernetes.yaml").read_text()
        service, job = yaml.safe_load_all(text)
        self.assertEqual((service["kind"], job["kind"]), ("Service", "Job"))
        spec = job["spec"]
        pod = spec["template"]["spec"]
        name = service["metadata"]["name"]
        self.assertEqual(pod["subdomain"], name)
        self.assertEqual(
            service["spec"]["selector"]["job-name"], job["metadata"]["name"]
        )
        self.assertEqual(spec["completions"], spec["parallelism"])
        (container,) = pod["containers"]
        volumes = {volume["name"] for volume in pod["volumes"]}
        mounts = {mount["name"] for mount in container["volumeMounts"]}
        self.assertEqual(volumes, mounts)
        port = service["spec"]["ports"][0]["port"]
        lines = run(container["command"][2], self.bin, JOB_COMPLETION_INDEX="1")
        self.check(lines, 1, f"{job['metadata']['name']}-1.{name}:{port}")


if __name__ == "__main__":
    unittest.main()
