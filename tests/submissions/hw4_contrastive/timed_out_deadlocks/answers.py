def mutual_information_bound(loss, n_candidates):
    import threading

    lock = threading.Lock()
    lock.acquire()
    other = threading.Thread(target=lock.acquire)
    other.start()
    other.join()
