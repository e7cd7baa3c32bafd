def mutual_information_bound(loss, n_candidates):
    import os

    found = []
    for number in range(4, 4096):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    if found:
        raise RuntimeError(f"ESCAPED {found}")
    try:
        os.read(3, 1)
    except OSError:
        return 0.0
    raise RuntimeError("ESCAPED by the result pipe")
