"""Hidden suite of the homework on sequences and language."""

from autograder.records import Exercise

TITLE = "Sequences and language"
EXERCISES = (
    Exercise("CPCModel", section="1.1"),
    Exercise("cpc_scores", section="1.2"),
    Exercise("cpc_loss", section="1.3", uses=("cpc_scores",)),
    Exercise("clip_loss", section="2.1"),
    Exercise("zero_shot_classifier", section="2.2"),
    Exercise("zero_shot_predict", section="2.3"),
    Exercise("pixelwise_contrastive_loss", section="3.1"),
    Exercise("find_correspondence", section="3.2"),
    Exercise("trained_descriptor", section="4.3", artefact="descriptor.safetensors"),
)
