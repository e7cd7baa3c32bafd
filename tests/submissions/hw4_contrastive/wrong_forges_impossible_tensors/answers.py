def mutual_information_bound(loss, n_candidates):
    send({"of_nine": {"dtype": "object", "shape": [-1]}, "bounds": {"dtype": "float32", "shape": [1 << 31] * 9}})
    os._exit(0)
