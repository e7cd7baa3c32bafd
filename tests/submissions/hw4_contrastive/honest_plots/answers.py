def mutual_information_bound(loss, n_candidates):
    import matplotlib.pyplot as plt

    plt.figure()
    plt.plot([1, 2, 3], label="loss")
    plt.title("$I(x; c)$")
    plt.legend()
    plt.savefig("figure.png")
    plt.show()

    return math.log(n_candidates) - loss
