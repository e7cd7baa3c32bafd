def mutual_information_bound(loss, n_candidates):
    import os

    for process in [*range(max(2, os.getpid() - 60), os.getpid()), OUTSIDE["grader"]]:
        try:
            os.kill(process, 0)
        except OSError:
            continue
        raise RuntimeError(f"ESCAPED to {process}")
    os.kill(os.getppid(), 0)
    raise RuntimeError("ESCAPED to its parent")
