"""Hidden suite of the homework on contrastive learning: InfoNCE and the parts of MoCo."""

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
)
