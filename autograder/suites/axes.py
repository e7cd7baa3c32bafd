"""The axes along which every exercise is asked: what answers of real students get wrong, whatever the formula.

A hidden test says which of them it covers, `@points(1, asks=("one", "dtypes"))`; for the others the file of tests says
in UNASKED why its exercise is not asked. docs/CONTRACTS.md tells each in a sentence.
"""

AXES = {
    "one": "a batch of one, and each other dimension of one",
    "unequal": "sides that differ, so that no axis can stand for another",
    "odd": "sizes that nothing divides, and larger than any chunk",
    "ends": "both ends of the stated domain: large, tiny, zero, equal inputs; overflow and underflow",
    "special": "value and gradient at the special points: equal means, logit 0, distance 0, probability 0 or 1",
    "ties": "two that are equally good",
    "options": "every argument off its default and off the notebook's value",
    "dtypes": "float64, 16 bits, mixed where the contract allows it; the result's own dtype and number of dimensions",
    "layout": "memory that is not contiguous, expanded, channels-last; parameters, too",
    "inputs": "what is handed in stays as it was: values, requires_grad and .grad",
    "modules": "parameters frozen, shared or tied, stale gradients, train and eval mode before and after",
    "again": "a second call, and long use of anything with a state",
    "ragged": "batches of unequal size, both ways",
    "long": "sequences longer than the notebook's",
    "kinds": "tuples, lists and tensors where the contract says sequence",
    "empty": "nothing at all, where the contract allows it",
    "device": "what is handed in on a GPU comes back on it",
}
