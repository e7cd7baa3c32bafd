def mutual_information_bound(loss, n_candidates):
    import time

    for number in range(15000):
        open(f"{number}", "w").close()
    time.sleep(3)
    raise RuntimeError("ESCAPED: made 15000 files")
