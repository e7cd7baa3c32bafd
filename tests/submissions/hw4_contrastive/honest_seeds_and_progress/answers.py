import random

import numpy as np
from tqdm.auto import tqdm


def set_seeds(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def progress(steps):
    return tqdm(steps, desc="training")


def mutual_information_bound(loss, n_candidates):
    for _ in progress(range(50)):
        set_seeds(0)

    return math.log(n_candidates) - loss
