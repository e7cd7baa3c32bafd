def mutual_information_bound(loss, n_candidates):
    import time

    while True:
        time.sleep(3600)
