"""Training that survives Colab: exact resume, mixed precision, averaged weights, live curves.

batches = Batches(images, labels, size=128, seed=0, device=best_device())
updater = Updater(network.parameters(), lr=1e-3)

def step(number):
    images, labels = batches.at(number)
    with autocast(images.device):
        loss = loss_of(network, images, labels)
    updater.update(loss)
    return {"loss": loss}

history = train(step, {"network": network, "updater": updater}, 1000, run_folder("first"), settings={"seed": 0})
"""

from homework.colab import best_device
from homework.training.batches import Batches, step_rng
from homework.training.checkpoint import History, run_folder
from homework.training.errors import CheckpointError, TrainingError
from homework.training.hardware import autocast
from homework.training.loop import train
from homework.training.state import HasState
from homework.training.updater import Updater, average_of

__all__ = [
    "Batches",
    "CheckpointError",
    "HasState",
    "History",
    "TrainingError",
    "Updater",
    "autocast",
    "average_of",
    "best_device",
    "run_folder",
    "step_rng",
    "train",
]
