def mutual_information_bound(loss, n_candidates):
    import sqlite3

    store = sqlite3.connect(OUTSIDE["results"] + "/results.sqlite", timeout=0)
    try:
        store.execute("update score set points = max_points")
    except sqlite3.OperationalError as error:
        raise PermissionError(str(error)) from None
    raise RuntimeError("ESCAPED into the store")
