def mutual_information_bound(loss, n_candidates):
    import tempfile
    from pathlib import Path

    Path("notes.txt").write_text("loss")
    assert Path("notes.txt").read_text() == "loss"
    with tempfile.TemporaryFile() as file:
        file.write(b"x")

    return math.log(n_candidates) - loss
