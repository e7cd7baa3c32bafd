def mutual_information_bound(loss, n_candidates):
    import os
    import time

    if not os.fork():
        os.setsid()
        if not os.fork():
            time.sleep(3)
        os._exit(0)
    raise RuntimeError("ESCAPED: left a daemon behind")
