def mutual_information_bound(loss, n_candidates):
    import os

    class Planted(float):
        def __reduce__(self):
            return os.mkdir, (OUTSIDE["results"] + "/planted-by-a-submission",)

        def __float__(self):
            return self

    return Planted(1.0)
