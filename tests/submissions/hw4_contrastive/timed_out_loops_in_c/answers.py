def mutual_information_bound(loss, n_candidates):
    import itertools

    return any(itertools.repeat(0))
