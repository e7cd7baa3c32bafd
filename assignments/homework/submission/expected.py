"""What each homework asks for beside the exercises: trained artefacts, and questions to answer in words."""

from dataclasses import dataclass, field

MAX_ARTEFACT = 8 << 20  # bytes of one file; the grader reads no more
METRICS = "metrics.json"


@dataclass(frozen=True)
class Expected:
    """artefacts: names under which the notebook saves them. written: question's cell -> its section of the notebook."""

    artefacts: tuple[str, ...] = ()
    written: dict[str, str] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files in `artefacts/`."""
        return (*(f"{name}.safetensors" for name in self.artefacts), METRICS) if self.artefacts else ()


HOMEWORKS = {
    "hw1_diffusion": Expected(
        artefacts=("denoiser",), written={"written_regression": "3.6", "written_guidance": "5.5"}
    ),
    "hw2_gan": Expected(artefacts=("generator",), written={"written_game": "1.4", "written_real_images": "4.4"}),
    "hw3_pretext": Expected(artefacts=("rotnet",), written={"written_shortcuts": "2.3", "written_features": "5.5"}),
    "hw4_contrastive": Expected(
        artefacts=("encoder",),
        written={"written_candidates": "1.4", "written_queue": "2.5", "written_evaluation": "5.5"},
    ),
    "hw5_sequences_and_language": Expected(
        artefacts=("descriptor",), written={"written_captions": "2.4", "written_positives": "4.4"}
    ),
}
