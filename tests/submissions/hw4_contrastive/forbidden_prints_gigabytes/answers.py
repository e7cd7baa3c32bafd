def mutual_information_bound(loss, n_candidates):
    for _ in range(200):
        print("x" * (1 << 20))
    raise RuntimeError("ESCAPED: printed 200 MB")
