"""Hidden suite of the homework on contrastive learning: InfoNCE, MoCo, SimCLR, and what features are worth."""

from pathlib import Path

from autograder.records import Exercise

TITLE = "Contrastive representation learning"
EXERCISES = (
    Exercise("cosine_similarity_matrix", section="1.1"),
    Exercise("info_nce", section="1.2", uses=("cosine_similarity_matrix",)),
    Exercise("mutual_information_bound", section="1.3"),
    Exercise("momentum_update", section="2.1"),
    Exercise("MoCoQueue", section="2.2"),
    Exercise("moco_loss", section="2.3", uses=("cosine_similarity_matrix", "info_nce")),
    Exercise(
        "moco_step",
        section="2.4",
        uses=("cosine_similarity_matrix", "info_nce", "momentum_update", "MoCoQueue", "moco_loss"),
    ),
    Exercise("nt_xent", section="3.1", uses=("cosine_similarity_matrix",)),
    Exercise("ProjectionHead", section="3.2"),
    Exercise("crop_and_flip", section="3.3"),
    Exercise("simclr_augment", section="3.4", uses=("crop_and_flip",)),
    Exercise("knn_predict", section="4.1", uses=("cosine_similarity_matrix",)),
    Exercise("linear_probe", section="4.2", shared=True),
    Exercise("label_subset", section="4.3", shared=True),
    Exercise("trained_encoder", section="5.1", artefact="encoder.safetensors"),
)
IMAGES = "probe_images.safetensors.gz"
GIVEN = {IMAGES: Path(__file__).parents[1] / IMAGES}
NOISE = {  # of a mistake, the probes that it answers with rounding errors: none of its marks to be known by
    "nt_xent: self subtracted": ("on_one_image",),
}
FIXED = {  # whose inputs no seed decides, and why: `grade --twice` sees nothing new of them
    "MoCoQueue": "keys are numbered: each tells when it came",
}
