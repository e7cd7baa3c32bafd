"""Known mistakes in ProjectionHead: a right head with one thing wrong, unless a whole class is shown."""

import torch
import torch.nn.functional as F
from torch import nn

from autograder.suites import mistake


class _Head(nn.Module):
    """A right head, in parts that a mistake can take the place of."""

    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.first, self.second = nn.Linear(d_in, d_hidden), nn.Linear(d_hidden, d_out)

    def between(self, hidden):
        return hidden.relu()

    def forward(self, h):
        return self.second(self.between(self.first(h)))


@mistake(
    "test_a_relu_stands_between_the_layers",
    says="There is no ReLU between the layers: two linear layers in a row are one linear layer.",
)
class no_relu(_Head):
    def between(self, hidden):
        return hidden


@mistake(
    "test_a_relu_stands_between_the_layers",
    says="The ReLU stands before the first layer: it cuts the features off, and the two layers are one linear layer.",
)
class relu_before_the_first_layer(_Head):
    def forward(self, h):
        return self.second(self.first(h.relu()))


@mistake(
    "test_a_relu_stands_between_the_layers",
    says="tanh stands between the layers. The contract asks for a ReLU, which does not saturate.",
)
class tanh_between(_Head):
    def between(self, hidden):
        return hidden.tanh()


@mistake(
    "test_a_relu_stands_between_the_layers",
    says="A GELU stands between the layers, a smooth relative of the ReLU that the contract asks for.",
)
class gelu_between(_Head):
    def between(self, hidden):
        return F.gelu(hidden)


@mistake(
    "test_a_relu_stands_between_the_layers",
    says="A leaky ReLU lets some of the negative side through. The contract asks for a ReLU.",
)
class leaky_relu_between(_Head):
    def between(self, hidden):
        return F.leaky_relu(hidden, 0.1)


@mistake(
    "test_nothing_follows_the_second_layer",
    says="A ReLU follows the second layer as well: z cannot be negative, and half of the directions are lost.",
)
class relu_at_the_end(_Head):
    def forward(self, h):
        return super().forward(h).relu()


@mistake(
    "test_nothing_follows_the_second_layer",
    says="The ReLU follows the second layer. It belongs between the two layers.",
)
class relu_at_the_end_only(_Head):
    def forward(self, h):
        return self.second(self.first(h)).relu()


@mistake(
    "test_nothing_follows_the_second_layer",
    says="The head normalises its output. The loss does that; z may have any norm.",
)
class normalized_output(_Head):
    def forward(self, h):
        return F.normalize(super().forward(h), dim=1)


@mistake(
    "test_nothing_follows_the_second_layer",
    says="A softmax follows the second layer. z is a vector of features, not of class probabilities.",
)
class softmax_at_the_end(_Head):
    def forward(self, h):
        return super().forward(h).softmax(dim=1)


@mistake(
    "test_nothing_follows_the_second_layer",
    says="Batch norm follows the second layer. Between the layers it is allowed; here nothing follows the second one.",
)
class batch_norm_at_the_end(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_hidden, d_out)
        self.norm = nn.BatchNorm1d(d_out)

    def forward(self, h):
        return self.norm(super().forward(h))


@mistake(
    "test_two_layers_are_trained",
    says="There is one linear layer only. The head has two, with d_hidden units between them.",
)
class one_layer(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.layer = nn.Linear(d_in, d_out)

    def forward(self, h):
        return self.layer(h)


@mistake(
    "test_two_layers_are_trained",
    says="There are three linear layers. SimCLR's head has two; the third came with later papers.",
)
class three_layers(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_hidden, d_out)
        self.middle = nn.Linear(d_hidden, d_hidden)

    def between(self, hidden):
        return self.middle(hidden.relu()).relu()


@mistake(
    "test_two_layers_are_trained",
    says="The hidden layer is as wide as the features: d_hidden is not used.",
)
class hidden_as_wide_as_the_features(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_in, d_out)


@mistake(
    "test_two_layers_are_trained",
    says="The hidden layer is as wide as the output: d_hidden is not used.",
)
class hidden_as_wide_as_the_output(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_out, d_out)


@mistake(
    "test_h_becomes_z",
    says="d_hidden and d_out have changed places. The arguments come in the order d_in, d_hidden, d_out.",
)
class sizes_swapped(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_out, d_hidden)


@mistake(
    "test_h_becomes_z",
    says="The second layer expects d_in numbers, but the first one gives d_hidden.",
)
class layers_do_not_fit(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(d_in, d_hidden), nn.ReLU(), nn.Linear(d_in, d_out))

    def forward(self, h):
        return self.layers(h)


@mistake(
    "test_h_becomes_z",
    says="squeeze drops every dimension of size 1, so a single row comes back without its matrix shape.",
)
class squeezed(_Head):
    def forward(self, h):
        return super().forward(h).squeeze()


@mistake(
    "test_h_becomes_z",
    says="In evaluation too, batch norm uses the batch's own mean, and cannot take one row. Keep running statistics.",
)
class batch_norm_without_running_statistics(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_hidden, d_out)
        self.norm = nn.BatchNorm1d(d_hidden, track_running_stats=False)

    def between(self, hidden):
        return self.norm(hidden).relu()


@mistake(
    "test_two_layers_are_trained",
    says="A plain list hides the layers from the module: nothing to train. Use nn.Sequential or nn.ModuleList.",
)
class layers_in_a_list(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.layers = [nn.Linear(d_in, d_hidden), nn.ReLU(), nn.Linear(d_hidden, d_out)]

    def forward(self, h):
        for layer in self.layers:
            h = layer(h)
        return h


@mistake(
    "test_two_layers_are_trained",
    says="The layers are made anew in forward, with new random weights each time. Make them once, in __init__.",
)
class layers_made_in_forward(nn.Module):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__()
        self.sizes = d_in, d_hidden, d_out

    def forward(self, h):
        d_in, d_hidden, d_out = self.sizes
        layers = nn.Sequential(nn.Linear(d_in, d_hidden), nn.ReLU(), nn.Linear(d_hidden, d_out)).to(h.dtype)
        return layers(h)


@mistake(
    "test_two_layers_are_trained",
    says="The features are detached: the head is trained, but the encoder below it is not.",
)
class features_detached(_Head):
    def forward(self, h):
        return super().forward(h.detach())


@mistake(
    "test_two_layers_are_trained",
    says="forward runs without a graph (no_grad or detach), so neither the head nor the encoder can be trained.",
)
class no_graph(_Head):
    @torch.no_grad()
    def forward(self, h):
        return super().forward(h)


@mistake(
    "test_h_becomes_z",
    says="Dropout stands between the layers, so the same h gives another z each time. The contract has none.",
)
class dropout_between(_Head):
    def between(self, hidden):
        return F.dropout(hidden.relu(), 0.1, self.training)


@mistake(
    "test_a_relu_stands_between_the_layers",
    says="Layer norm stands between the layers. The contract allows a batch norm there, and no other.",
)
class layer_norm_between(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_hidden, d_out)
        self.norm = nn.LayerNorm(d_hidden)

    def between(self, hidden):
        return self.norm(hidden).relu()


@mistake(
    "test_h_becomes_z",
    says="An in-place ReLU cuts off h itself. h is what is kept, and the caller goes on using it.",
)
class h_cut_off_in_place(_Head):
    def forward(self, h):
        with torch.no_grad():
            h.relu_()
        return super().forward(h)


@mistake(
    "test_h_becomes_z",
    says="A tensor that forward makes lies on the processor. On a GPU it is refused: make it with h.device.",
)
class zeros_on_the_processor(_Head):
    def between(self, hidden):
        return torch.maximum(hidden, torch.zeros(hidden.shape, dtype=hidden.dtype))


@mistake(
    "test_h_becomes_z",
    says="Dropout stands between the layers, with p = 0.5: the same h gives another z each time. The contract has "
    "none.",
)
class half_dropped_between(_Head):
    def between(self, hidden):
        return F.dropout(hidden.relu(), 0.5, self.training)


@mistake(
    "test_h_becomes_z",
    says="Dropout stands between the layers, with p = 0.2: the same h gives another z each time. The contract has "
    "none.",
)
class a_fifth_dropped_between(_Head):
    def between(self, hidden):
        return F.dropout(hidden.relu(), 0.2, self.training)


@mistake(
    "test_nothing_follows_the_second_layer",
    says="A batch norm stands before the first layer. It may stand between the layers; h comes in as it is.",
)
class batch_norm_in_front(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_hidden, d_out)
        self.norm = nn.BatchNorm1d(d_in)

    def forward(self, h):
        return super().forward(self.norm(h))


@mistake(
    "test_a_relu_stands_between_the_layers",
    says="h is normalised before the first layer. Its norm may mean something: the head gets h as it is.",
)
class features_normalized(_Head):
    def forward(self, h):
        return super().forward(F.normalize(h, dim=1))


@mistake(
    "test_nothing_follows_the_second_layer",
    says="A batch norm follows the second layer as well, as in SimCLR's own code. Here nothing follows it.",
)
class batch_norms_between_and_at_the_end(_Head):
    def __init__(self, d_in, d_hidden, d_out):
        super().__init__(d_in, d_hidden, d_out)
        self.norm, self.last = nn.BatchNorm1d(d_hidden), nn.BatchNorm1d(d_out)

    def between(self, hidden):
        return self.norm(hidden).relu()

    def forward(self, h):
        return self.last(super().forward(h))
