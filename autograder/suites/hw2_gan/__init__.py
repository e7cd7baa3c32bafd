"""Hidden suite of the homework on generative adversarial networks."""

from autograder.records import Exercise, Shown

TITLE = "Generative adversarial networks"
EXERCISES = (
    Exercise("discriminator_loss", section="1.1"),
    Exercise("generator_loss", section="1.2"),
    Exercise("saturating_generator_loss", section="1.3"),
    Exercise("discriminator_step", section="2.1", uses=("discriminator_loss",)),
    Exercise("generator_step", section="2.2", uses=("generator_loss",)),
    Exercise(
        "train_gan",
        section="2.3",
        uses=("discriminator_loss", "generator_loss", "discriminator_step", "generator_step"),
    ),
    Exercise("init_dcgan_weights", section="3.1"),
    Exercise("DCGANGenerator", section="3.2"),
    Exercise("DCGANDiscriminator", section="3.3"),
    Exercise("nearest_neighbors", section="3.4"),
    Exercise("trained_generator", section="4.1", artefact="generator.safetensors"),
    Exercise("critic_loss", section="5.1", extra=True),
    Exercise("wgan_generator_loss", section="5.2", extra=True),
    Exercise("clip_weights_", section="5.3", extra=True),
    Exercise("gradient_penalty", section="5.4", extra=True),
    Exercise("began_losses", section="6.1", extra=True),
    Exercise("began_update_k", section="6.2", extra=True),
    Exercise("hinge_discriminator_loss", section="7.1", extra=True),
    Exercise("hinge_generator_loss", section="7.2", extra=True),
    Exercise("truncate_noise", section="7.3", extra=True),
    Exercise("orthogonal_penalty", section="7.4", extra=True),
    Exercise("ConditionalBatchNorm2d", section="7.5", extra=True),
)
PICTURES = {
    "trained_generator": Shown(
        probe="draw_images",
        value="samples",
        rows=3,
        columns=10,
        caption="What your generator drew for the grader, from noise that it had not seen. Are there all kinds of"
        " clothes, and no two alike?",
    )
}
NOISE = {  # of a mistake, the probes that it answers with rounding errors: none of its marks to be known by
    "nearest_neighbors: cosine": ("find_in_other_sizes",),
}
FIXED = {  # whose inputs no seed decides, and why: `grade --twice` sees nothing new of them
    "began_update_k": "errors that lead k up, down, nowhere and beyond its ends",
    "truncate_noise": "each number is to fit, or not, at a chosen draw",
}
