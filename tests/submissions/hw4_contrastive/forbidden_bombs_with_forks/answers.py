def mutual_information_bound(loss, n_candidates):
    import os
    import time

    for _ in range(20):
        if not os.fork():
            time.sleep(2)
            os._exit(0)
    raise RuntimeError("ESCAPED: forked")
