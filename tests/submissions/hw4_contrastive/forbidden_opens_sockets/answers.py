def mutual_information_bound(loss, n_candidates):
    import socket

    for family in range(1, 46):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, kind).close()
            except OSError:
                continue
            raise RuntimeError(f"ESCAPED by family {family}")
    socket.create_connection(("127.0.0.1", OUTSIDE["port"]), timeout=2)
    raise RuntimeError("ESCAPED to the network")
