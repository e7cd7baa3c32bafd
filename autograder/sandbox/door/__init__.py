"""Our stand-ins for a student's failed exercises, called from another process: there they can't be read.

Theory of operation. A stand-in is an answer, and a process can read all that it holds. So stand-ins run in a child of
their own, confined like the student's and without any of the student's code. The student's child holds proxies: they
send arguments through a socket, and what comes back are results: tensors, numbers, containers of them, and numbers that
stand for objects (`values`). Both ends are a `Peer`: while one waits for an answer it serves the other, since a
stand-in calls the model that it was given.

Each end lends its tensors and objects under numbers (`loans`). A tensor that comes home is itself again, with its
graph, and what the other end has changed in place is written back. Gradients: at the student's end a result is a node
of the graph there, whose backward asks for the gradients of what it was made of; at the stand-ins' end a borrowed
tensor is a leaf, and its gradient goes home as soon as it is there (`graphs`).

What leaves the stand-ins' end is what `things.StandIns` lets go: no function, no class, no underscore name, and no word
of an error but what kind it was. Neither end believes the other anything: what it reads is bounded and has a form.
"""

from autograder.sandbox.door.peer import connect, serve

__all__ = ["connect", "serve"]
