"""Grading on a Dask cluster: the grader harvests, judges and stores as ever, workers observe.

Theory of operation. The client asks the scheduler which workers there are and hands each as many submissions as it has
threads, never more: so a submission waits in the client, where it can go to any worker, and what is in flight on a
worker is bounded. A worker that is gone, says nothing, or is late loses its submission to another one. What it answers
after all is to a question that nobody holds any more; a report is made once, by the client, from the first answer.

Trust. Dask's processes trust each other: they unpickle what the others send, and whoever reaches the scheduler's port
can run code on every worker; `tls://` keeps it among those who hold the keys. Nothing of a student's is ever pickled as
an object: a submission goes out, and observations come back, as `bytes` that `parcels` makes and reads. Student code
never runs in a Dask worker but in the sandbox below it, without network, files or keys; so a worker is as trustworthy
as the grader is, and judges nothing all the same: hidden tests run in the client alone.
"""

from autograder.errors import AutograderError


class ClusterError(AutograderError):
    """The cluster cannot be graded on, or no longer; one sentence that says what to do."""
