def mutual_information_bound(loss, n_candidates):
    held = [bytes(32 << 20) for _ in range(96)]
    raise RuntimeError(f"ESCAPED with {len(held) * 32} MB")
