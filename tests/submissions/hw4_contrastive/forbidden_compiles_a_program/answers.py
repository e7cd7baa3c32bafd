def mutual_information_bound(loss, n_candidates):
    from pathlib import Path

    from torch.utils.cpp_extension import load_inline

    load_inline("planted", cpp_sources="int f() { return 1; }", functions=["f"], build_directory=str(Path().absolute()))
    raise RuntimeError("ESCAPED by a compiler")
