def mutual_information_bound(loss, n_candidates):
    import os

    failures = []
    for folder in (OUTSIDE["results"], OUTSIDE["submissions"], OUTSIDE["checkout"], "/tmp", "/dev/shm", "/var/tmp"):
        path = os.path.join(folder, "planted-by-a-submission")
        try:
            with open(path, "w") as file:
                file.write("planted")
        except OSError as error:
            failures.append(error)
        else:
            raise RuntimeError(f"ESCAPED to {path}")
    os.remove(OUTSIDE["results"] + "/sentinel")
    raise RuntimeError("ESCAPED: removed a file")
