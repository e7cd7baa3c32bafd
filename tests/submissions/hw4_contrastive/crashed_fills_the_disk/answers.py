def mutual_information_bound(loss, n_candidates):
    with open("full", "wb") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))
    raise RuntimeError("ESCAPED: wrote 200 MB")
