def mutual_information_bound(loss, n_candidates):
    from torch.utils.data import DataLoader, TensorDataset

    batches = list(DataLoader(TensorDataset(torch.arange(8)), batch_size=4, num_workers=2))
    assert len(batches) == 2

    return math.log(n_candidates) - loss
