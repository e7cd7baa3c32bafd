"""From a finished notebook to the zip that is uploaded; nothing here sends anything anywhere."""

from homework.submission.artefacts import save_artefact
from homework.submission.finding import NotHandedIn
from homework.submission.handing_in import hand_in

__all__ = ["NotHandedIn", "hand_in", "save_artefact"]
