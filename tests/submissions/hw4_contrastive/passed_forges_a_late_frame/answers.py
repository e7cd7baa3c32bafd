def mutual_information_bound(loss, n_candidates):
    import threading
    import time

    def send_late(nonce):
        time.sleep(0.2)
        send({"of_nine": 9.0}, nonce=nonce)

    threading.Thread(target=send_late, args=(steal_nonce(),), daemon=True).start()
    return math.log(n_candidates) - loss
