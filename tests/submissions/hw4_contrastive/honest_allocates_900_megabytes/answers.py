def mutual_information_bound(loss, n_candidates):
    held = torch.ones(900 << 18)
    assert held.numel()
    return math.log(n_candidates) - loss
