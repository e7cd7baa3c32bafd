def mutual_information_bound(loss, n_candidates):
    torch.save({"bound": torch.ones(3)}, "bound.pt")
    assert torch.load("bound.pt")["bound"].sum() == 3

    return math.log(n_candidates) - loss
