def mutual_information_bound(loss, n_candidates):
    raise RuntimeError(f"ESCAPED {open(OUTSIDE['results'] + '/sentinel').read()}")
