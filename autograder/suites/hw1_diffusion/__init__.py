"""Hidden suite of the homework on denoising diffusion and classifier-free guidance."""

from pathlib import Path

import homework
from autograder.records import Exercise, Shown

TITLE = "Denoising diffusion"
EXERCISES = (
    Exercise("reparameterize", section="1.1"),
    Exercise("kl_to_standard_normal", section="1.2"),
    Exercise("linear_schedule", section="2.1"),
    Exercise("forward_noising", section="2.2"),
    Exercise("predict_x0", section="2.3"),
    Exercise("posterior_mean", section="3.1"),
    Exercise("kl_equal_variance", section="3.2"),
    Exercise("ddpm_loss", section="3.3", uses=("forward_noising",)),
    Exercise("denoising_step", section="3.4", uses=("posterior_mean",)),
    Exercise("sample", section="3.5", uses=("posterior_mean", "denoising_step")),
    Exercise("drop_labels", section="4.1"),
    Exercise("guided_noise", section="4.2"),
    Exercise("trained_denoiser", section="5.1", artefact="denoiser.safetensors"),
)
WEIGHTS = Path(homework.__file__).parent / "weights"
GIVEN = {
    path.name: path
    for path in (
        Path(__file__).parent / "given" / "held_out.safetensors",
        WEIGHTS / "fashion_mnist_classifier.safetensors",
    )
}
PICTURES = {
    "trained_denoiser": Shown(
        probe="evaluate",
        value="pictures",
        rows=4,
        columns=10,
        caption="What your network drew for the grader, one class a column: T-shirt, trouser, pullover, dress, coat,"
        " sandal, shirt, sneaker, bag, ankle boot. Does each column show what it should?",
    )
}
FIXED = {  # whose inputs no seed decides, and why: `grade --twice` sees nothing new of them
    "linear_schedule": "three numbers are all that it is given",
    "drop_labels": "each label is to meet a coin on a chosen side of the probability",
}
