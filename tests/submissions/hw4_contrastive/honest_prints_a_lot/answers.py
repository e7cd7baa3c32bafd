def mutual_information_bound(loss, n_candidates):
    import sys
    import warnings

    for _ in range(20):
        print("step", "x" * 100_000)
    print("to stderr", file=sys.stderr)
    warnings.warn("this is slow", stacklevel=1)

    return math.log(n_candidates) - loss
