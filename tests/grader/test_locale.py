"""Nothing that is read of suites and course depends on the machine's locale: each reader says UTF-8."""

import os
import subprocess
import sys

import pytest

READS = {
    "suites": "from autograder import suite\nfor name in suite.homeworks(): suite.load(name)",
    "known answers": "from autograder import suite\nfrom autograder.suite.trained import trained\n"
    "for name in suite.homeworks(): list(trained(suite.load(name)))",
    "public answers": "from homework import checks\nfrom homework.submission.expected import homeworks\n"
    "for name in homeworks(): checks.of(name)",
    "requirements": "from autograder.checkout import ROOT\nfrom autograder.gradescope.pins import requirements\n"
    "requirements(ROOT)",
    "the source of a homework": "from autograder.checkout import ROOT\nfrom autograder.authoring import release\n"
    "release.build('hw1_diffusion', ROOT)",
}


STRICT = r"""import warnings
warnings.filterwarnings("error", category=EncodingWarning, module=r"(autograder|homework)\b")
"""


@pytest.mark.parametrize("reads", READS)
def test_what_is_read_is_read_as_utf_8(root, reads):
    environment = os.environ | {"PYTHONWARNDEFAULTENCODING": "1", "LC_ALL": "C"}
    command = [sys.executable, "-c", STRICT + READS[reads]]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
