def mutual_information_bound(loss, n_candidates):
    import os
    import threading

    lock = threading.Lock()
    lock.acquire()
    child = os.fork()
    if not child:
        os._exit(0 if lock.acquire(timeout=5) else 1)
    os.waitpid(child, 0)
    raise RuntimeError("ESCAPED: forked")
