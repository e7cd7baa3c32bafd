"""What the benchmarks of grading share: a synthetic class, the peers' tests, the peers, and a stopwatch."""

HOMEWORK = "hw4_contrastive"
CORE = (
    "cosine_similarity_matrix", "info_nce", "mutual_information_bound", "momentum_update", "MoCoQueue", "moco_loss",
    "moco_step",
)  # fmt: skip
