def mutual_information_bound(loss, n_candidates):
    from multiprocessing import shared_memory

    shared_memory.SharedMemory("planted-by-a-submission", create=True, size=1 << 20)
    raise RuntimeError("ESCAPED to /dev/shm")
