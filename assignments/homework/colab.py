"""What a notebook needs to know of the machine that it runs on: Colab or your own, with a GPU or without."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import torch

DRIVE = Path("/content/drive")  # where Colab mounts it
COURSE_FOLDER = "lecture19-homework"
NEEDED = ("safetensors", "tqdm")  # beside torch and matplotlib; Colab has them


def set_up(use_drive: bool = False) -> torch.device:
    """Get what is missing, open Google Drive if it is wanted, say in a sentence what runs here, and return it."""
    _install_missing()
    if use_drive:
        _mount_drive()
    device = best_device()
    print(describe(device))
    return device


def best_device() -> torch.device:
    """The GPU if there is one, NVIDIA's or Apple's, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def is_colab() -> bool:
    """This is a notebook on Google Colab."""
    return "google.colab" in sys.modules


def is_notebook() -> bool:
    """A kernel, with a front end that shows pictures, runs this code."""
    ipython = sys.modules.get("IPython")  # a kernel has imported it
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def drive_folder() -> Path | None:
    """The course's folder in Google Drive, which need not exist yet; None unless Drive is mounted."""
    drive = DRIVE / "MyDrive"
    return drive / COURSE_FOLDER if drive.is_dir() else None


def folder(homework: str) -> Path:
    """Where a homework keeps checkpoints, artefacts and its zip: in Google Drive once that is mounted, else here."""
    drive = drive_folder()
    place = drive / homework if drive else Path.cwd()
    place.mkdir(parents=True, exist_ok=True)
    return place


def describe(device: torch.device) -> str:
    """The device in a sentence; without a GPU on Colab, how to turn one on."""
    if device.type == "cuda":
        return f"Running on a GPU: {torch.cuda.get_device_name(device)}."
    if device.type == "mps":
        return "Running on this Mac's GPU."
    if is_colab():
        return (
            "Running without a GPU. To turn one on: Runtime > Change runtime type > T4 GPU, then run all cells again."
        )
    return "Running without a GPU. Colab lends one for free."


def download(path: Path) -> None:
    """On Colab, offer the file to the browser; elsewhere it lies on your disk already."""
    if not is_colab():
        return
    from google.colab import files

    try:
        files.download(str(path))
    except Exception as error:  # the browser refused
        print(f"The download did not start ({error}); take {path} from the folder symbol on the left.")


def _install_missing() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if not missing:
        return
    if is_colab():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], check=False)
    else:
        print(f"Missing here: {', '.join(missing)}. Install with `pip install {' '.join(missing)}`.")


def _mount_drive() -> None:
    if not is_colab():
        return
    from google.colab import drive

    try:
        drive.mount(str(DRIVE))
    except Exception as error:  # refused, or the window was closed
        print(f"Google Drive was not opened ({error}); what you make here is gone when Colab disconnects.")
