"""What every way of getting data raises when it cannot."""


class DatasetUnavailable(RuntimeError):
    """The data cannot be had this way; the message is one sentence that says why, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this in place of a traceback: the sentence is all that a student needs."""
        return [f"{type(self).__name__}: {self}"]
