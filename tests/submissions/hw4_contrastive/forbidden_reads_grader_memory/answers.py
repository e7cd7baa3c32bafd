def mutual_information_bound(loss, n_candidates):
    import os

    failures = []
    for process in (OUTSIDE["grader"], os.getppid()):
        for name in ("mem", "maps", "environ", "fd/0", "root/etc/hostname"):
            try:
                open(f"/proc/{process}/{name}", "rb").read(1)
            except OSError as error:
                failures.append(error)
            else:
                raise RuntimeError(f"ESCAPED into {name} of {process}")
    raise PermissionError(len(failures))
