def mutual_information_bound(loss, n_candidates):
    import torch

    held = [torch.ones(64 << 20, dtype=torch.uint8) for _ in range(48)]
    raise RuntimeError(f"ESCAPED with {len(held) * 64} MB")
